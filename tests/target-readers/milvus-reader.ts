/** Reads what is published to Milvus. */
import { clientLibrary } from '../../scripts/target-servers.mjs';
import type { ReadStore } from './target-reader.js';

interface Milvus {
  readonly MilvusClient: new (options: {
    address: string;
    logLevel: string;
  }) => {
    readonly connectPromise: Promise<unknown>;
    search(request: object): Promise<{ results: { id: string }[] }>;
    query(
      request: object,
    ): Promise<{ data: Record<string, unknown>[]; status: { error_code: unknown; reason: string } }>;
    createCollection(request: object): Promise<unknown>;
    closeConnection(): Promise<unknown>;
  };
}

async function connected(url: string) {
  const client = new (clientLibrary('milvus') as Milvus).MilvusClient({
    address: new URL(url).host,
    logLevel: 'error',
  });
  await client.connectPromise;
  return client;
}

export const milvusReader: ReadStore = {
  kind: 'milvus',
  async openReader(url, name) {
    const client = await connected(url);
    const isStrong = { consistency_level: 'Strong' };
    return {
      async search(vector, topK) {
        const request = {
          collection_name: `${name}_items`,
          data: [Array.from(vector)],
          limit: topK,
          params: { ef: 100 },
        };
        const { results } = await client.search({ ...request, output_fields: ['id'], ...isStrong });
        return results.map(({ id }) => id);
      },
      async row(side, id) {
        // of all control characters the language escapes these three
        const escaped = JSON.stringify(id).replace(/\\u00../g, (code) => JSON.parse(`"${code}"`));
        const filter = `id in [${escaped}]`;
        const { data, status } = await client.query({
          collection_name: `${name}_${side}s`,
          filter,
          output_fields: ['*'],
          ...isStrong,
        });
        if (status.error_code !== 'Success') throw new Error(status.reason);
        if (data.length === 0) return undefined;
        const { id: _, vector, ...payload } = data[0];
        return { vector: vector as number[], payload };
      },
      close: async () => void (await client.closeConnection()),
    };
  },
  async occupy(url, name) {
    const client = await connected(url);
    const fields = [
      { name: 'key', data_type: 'Int64', is_primary_key: true },
      { name: 'vector', data_type: 'FloatVector', dim: 2 },
    ];
    await client.createCollection({ collection_name: `${name}_items`, fields });
    await client.closeConnection();
  },
};
