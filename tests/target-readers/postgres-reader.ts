/** Reads what is published to PostgreSQL. */
import { clientLibrary } from '../../scripts/target-servers.mjs';
import type { ReadStore } from './target-reader.js';

interface Pg {
  readonly Client: new (
    url: string,
  ) => {
    connect(): Promise<void>;
    query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    end(): Promise<void>;
  };
}

async function connected(url: string) {
  const client = new (clientLibrary('pgvector') as Pg).Client(url);
  await client.connect();
  return client;
}

export const postgresReader: ReadStore = {
  kind: 'pgvector',
  async openReader(url, name, metric) {
    const client = await connected(url);
    const distance = metric === 'cosine' ? '<=>' : '<#>';
    return {
      async search(vector, topK) {
        const text = `SELECT id FROM ${name}_items ORDER BY vector ${distance} $1 LIMIT ${topK}`;
        const { rows } = await client.query(text, [`[${vector.join(',')}]`]);
        return rows.map(({ id }) => id as string);
      },
      async row(side, id) {
        const { rows } = await client.query(`SELECT * FROM ${name}_${side}s WHERE id = $1`, [id]);
        if (rows.length === 0) return undefined;
        const { id: _, vector, ...payload } = rows[0];
        return { vector: JSON.parse(vector as string), payload };
      },
      close: () => client.end(),
    };
  },
  async occupy(url, name) {
    const client = await connected(url);
    await client.query(`CREATE TABLE ${name}_items (anything integer)`);
    await client.end();
  },
};
