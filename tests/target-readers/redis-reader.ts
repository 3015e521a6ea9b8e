/** Reads what is published to Redis. */
import { clientLibrary } from '../../scripts/target-servers.mjs';
import type { ReadStore } from './target-reader.js';

/** What RESP calls texts of bytes. */
const BLOB_STRING = '$'.charCodeAt(0);

interface Redis {
  createClient(options: { url: string }): RedisClient;
}

interface RedisClient {
  connect(): Promise<unknown>;
  sendCommand(command: (string | Buffer)[]): Promise<unknown>;
  withTypeMapping(mapping: Record<number, unknown>): RedisClient;
  destroy(): void;
  on(event: 'error', listener: () => void): void;
}

const floats = (bytes: Buffer): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

async function connected(url: string) {
  const client = (clientLibrary('redis') as Redis).createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

export const redisReader: ReadStore = {
  kind: 'redis',
  async openReader(url, name, metric) {
    const client = await connected(url);
    const bytes = (vector: ArrayLike<number>) => Buffer.from(Float32Array.from(vector).buffer);
    const asBytes = client.withTypeMapping({ [BLOB_STRING]: Buffer });
    return {
      async search(vector, topK) {
        const query = metric === 'cosine' ? vector : [...vector, 0];
        return (await client.sendCommand([
          'VSIM',
          `{${name}}:items`,
          'FP32',
          bytes(query),
          'COUNT',
          String(topK),
          'EF',
          '100',
        ])) as string[];
      },
      async row(side, id) {
        if (side === 'user') {
          const stored = (await asBytes.sendCommand(['HGET', `{${name}}:users`, id])) as Buffer | null;
          return stored === null ? undefined : { vector: [...floats(stored)], payload: {} };
        }
        const vector = (await client.sendCommand(['VEMB', `{${name}}:items`, id])) as number[] | null;
        if (vector === null) return undefined;
        const attributes = (await client.sendCommand(['VGETATTR', `{${name}}:items`, id])) as string | null;
        return { vector: vector.map(Number), payload: JSON.parse(attributes ?? '{}') };
      },
      async close() {
        client.destroy();
      },
    };
  },
  async occupy(url, name) {
    const client = await connected(url);
    await client.sendCommand(['SET', `{${name}}:items`, 'anything']);
    client.destroy();
  },
};
