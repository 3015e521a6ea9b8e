/** Reads what is published to LanceDB. */
import { clientLibrary } from '../../scripts/target-servers.mjs';
import type { ReadStore } from './target-reader.js';

interface Lance {
  connect(folder: string): Promise<{
    openTable(name: string): Promise<LanceTable>;
    createTable(name: string, rows: object[]): Promise<LanceTable>;
  }>;
}

interface LanceTable {
  query(): LanceQuery;
}

interface LanceQuery {
  nearestTo(vector: readonly number[]): LanceQuery;
  distanceType(type: 'cosine'): LanceQuery;
  refineFactor(factor: number): LanceQuery;
  ef(candidates: number): LanceQuery;
  where(filter: string): LanceQuery;
  limit(rows: number): LanceQuery;
  select(columns: string[]): LanceQuery;
  toArray(): Promise<Record<string, unknown>[]>;
}

const connected = (url: string) => (clientLibrary('lancedb') as Lance).connect(url.slice('lancedb:'.length));

export const lancedbReader: ReadStore = {
  kind: 'lancedb',
  async openReader(url, name, metric) {
    const database = await connected(url);
    const live = async (side: 'item' | 'user') => {
      const rows = await (await database.openTable(`${name}_versions`)).query().where('is_live').toArray();
      const table = rows[0][`${side}s`] as string;
      if (table === '') throw new Error(`the live version has no ${side}s`);
      return database.openTable(table);
    };
    return {
      async search(vector, topK) {
        const query = metric === 'cosine' ? [...vector] : [...vector, 0];
        const nearest = (await live('item')).query().nearestTo(query).distanceType('cosine').refineFactor(4).ef(100);
        const rows = await nearest.select(['id', '_distance']).limit(topK).toArray();
        return rows.map(({ id }) => id as string);
      },
      async row(side, id) {
        const table = await live(side);
        const rows = await table
          .query()
          .where(`id = '${id.replaceAll("'", "''")}'`)
          .toArray();
        if (rows.length === 0) return undefined;
        const { id: _, vector, ...payload } = rows[0];
        const plain = Object.entries(payload).map(([column, value]) => [column, plainValue(value)]);
        return { vector: [...(vector as Iterable<number>)], payload: Object.fromEntries(plain) };
      },
      close: async () => {},
    };
  },
  async occupy(url, name) {
    await (await connected(url)).createTable(`${name}_versions`, [{ anything: 1 }]);
  },
};

/** Lists come as Arrow vectors. */
const plainValue = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? [...(value as Iterable<unknown>)] : value;
