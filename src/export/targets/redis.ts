/**
 * Redis 8 with vector sets, by the package `redis`. Under the name `shop`:
 *
 *     {shop}:versions        hash: serial → record
 *     {shop}:live            serial of the live version
 *     {shop}:tables          hash: key of a table → its form
 *     {shop}:items           vector set of the live version, float32, payload as attributes
 *     {shop}:users           hash of the live version: id → float32 bytes, a query for VSIM
 *     {shop}:items:v2        another version
 *
 * The braces keep all keys of a name on one node of a cluster, so that a swap is one script: the live keys get their version's
 * name, the new ones theirs. Vector sets know the cosine alone: `length-column.ts` says how inner products become one.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import { storedDim, storedUser, storedVector } from './length-column.js';
import type { TargetUrl } from './target-url.js';
import type { StoredVersion, TargetRow, TargetTable, TargetVersion, VectorTarget } from './vector-target.js';

/** What we use of `redis`. */
export interface RedisLibrary {
  createClient(options: {
    readonly url: string;
    readonly socket: { readonly reconnectStrategy: false; readonly connectTimeout: number };
  }): RedisClient;
}

interface RedisClient {
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  sendCommand(command: readonly (string | Buffer)[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: () => void): void;
}

/** Redis takes 512 MB, and has every id in memory twice. */
const LONGEST_ID = 1_000_000;

/**
 * KEYS: live, versions, then the shown key of each side. ARGV: serial, record. Sides that the new version lacks are shown no more.
 * Done again, it changes nothing.
 */
const SWAP = `
local live = redis.call('GET', KEYS[1])
for i = 3, #KEYS do
  local staged = KEYS[i] .. ':v' .. ARGV[1]
  if live and live ~= ARGV[1] and redis.call('EXISTS', KEYS[i]) == 1 then
    redis.call('RENAME', KEYS[i], KEYS[i] .. ':v' .. live)
  end
  if redis.call('EXISTS', staged) == 1 then redis.call('RENAME', staged, KEYS[i]) end
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('SET', KEYS[1], ARGV[1])
`;

export class RedisTarget implements VectorTarget {
  readonly place: string;
  readonly longestId = LONGEST_ID;
  readonly takesNul = true;
  private client: RedisClient | undefined;

  constructor(
    private readonly library: RedisLibrary,
    private readonly url: TargetUrl,
    private readonly name: string,
  ) {
    this.place = url.shown;
  }

  async versions(): Promise<StoredVersion[]> {
    const live = await this.send('GET', this.key('live'));
    for (const side of ['item', 'user'] as const) {
      if (live !== null || (await this.send('EXISTS', this.shown(side))) === 0) continue;
      const message = `${this.place} has a key "${this.shown(side)}" that publishing did not make; choose another name with --name`;
      throw new ConfigError('PUBLISH_TAKEN', message);
    }
    const records = (await this.send('HVALS', this.key('versions'))) as string[];
    return records
      .map((record) => JSON.parse(record) as TargetVersion)
      .map((version) => ({ ...version, isLive: String(version.serial) === live }))
      .sort((a, b) => a.serial - b.serial);
  }

  async record(version: TargetVersion): Promise<void> {
    await this.send('HSET', this.key('versions'), String(version.serial), JSON.stringify(version));
  }

  async open(table: TargetTable): Promise<number> {
    const form = JSON.stringify([storedDim(table), table.metric, table.columns]);
    const field = this.staged(table);
    await this.send('HSETNX', this.key('tables'), field, form);
    const there = await this.send('HGET', this.key('tables'), field);
    if (there !== form) {
      throw new DataError(
        'PUBLISH_SCHEMA',
        `${this.place} has vectors of another form in ${field}: expected ${form}, found ${there}; remove them, or choose another name with --name`,
      );
    }
    return this.count(table);
  }

  async upsert(table: TargetTable, rows: readonly TargetRow[]): Promise<void> {
    const key = await this.keyOf(table);
    const commands = rows.map(({ id, vector, payload }) => {
      const bytes = bytesOf(storedVector(table, vector));
      if (table.side === 'user') return ['HSET', key, id, bytes];
      const { m, efConstruction } = table.index;
      const attributes = Object.fromEntries(
        table.columns.flatMap(({ name }, i) => (payload[i] === null ? [] : [[name, payload[i]]])),
      );
      const settings = ['NOQUANT', 'EF', String(efConstruction), 'SETATTR', JSON.stringify(attributes), 'M', String(m)];
      return ['VADD', key, 'FP32', bytes, id, ...settings];
    });
    await this.sendAll(commands);
  }

  async remove(table: TargetTable, ids: readonly string[]): Promise<void> {
    const key = await this.keyOf(table);
    await this.sendAll(ids.map((id) => [table.side === 'user' ? 'HDEL' : 'VREM', key, id]));
  }

  /** A vector set is its index. */
  async buildIndex(): Promise<void> {}

  async count(table: TargetTable): Promise<number> {
    const key = await this.keyOf(table);
    return Number(await this.send(table.side === 'user' ? 'HLEN' : 'VCARD', key));
  }

  async search(
    table: TargetTable,
    queries: readonly Float32Array[],
    { topK, efSearch }: { readonly topK: number; readonly efSearch: number },
  ): Promise<string[][]> {
    const key = await this.keyOf(table);
    const settings = ['COUNT', String(topK), 'EF', String(Math.max(efSearch, topK))];
    const answers = queries.map((query) => ['VSIM', key, 'FP32', bytesOf(storedUser(table, query)), ...settings]);
    return (await this.sendAll(answers)) as string[][];
  }

  async goLive(version: TargetVersion): Promise<void> {
    const keys = [this.key('live'), this.key('versions'), this.shown('item'), this.shown('user')];
    const record = JSON.stringify({ ...version, state: 'published' });
    await this.send('EVAL', SWAP, String(keys.length), ...keys, String(version.serial), record);
  }

  async drop(version: TargetVersion): Promise<void> {
    for (const side of ['item', 'user'] as const) {
      const key = `${this.shown(side)}:v${version.serial}`;
      await this.send('UNLINK', key);
      await this.send('HDEL', this.key('tables'), key);
    }
    await this.send('HDEL', this.key('versions'), String(version.serial));
  }

  isTransient(error: unknown): boolean {
    const { code = '', message = '' } = error as { code?: string; message?: string };
    return (
      /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN)/.test(code) ||
      /Socket closed|The client is closed|Connection timeout|^(LOADING|TRYAGAIN|CLUSTERDOWN|MASTERDOWN)/.test(message)
    );
  }

  async close(): Promise<void> {
    if (this.client?.isReady) this.client.destroy();
  }

  private key(what: string): string {
    return `{${this.name}}:${what}`;
  }

  private shown(side: TargetTable['side']): string {
    return this.key(`${side}s`);
  }

  private staged({ side, serial }: TargetTable): string {
    return `${this.shown(side)}:v${serial}`;
  }

  /** Where the table is now: the live one has the name that is shown. */
  private async keyOf(table: TargetTable): Promise<string> {
    const live = await this.send('GET', this.key('live'));
    return live === String(table.serial) ? this.shown(table.side) : this.staged(table);
  }

  private async send(...command: readonly (string | Buffer)[]): Promise<unknown> {
    const client = await this.connected();
    return client.sendCommand(command);
  }

  /** In order, without waiting between them. */
  private async sendAll(commands: readonly (readonly (string | Buffer)[])[]): Promise<unknown[]> {
    const client = await this.connected();
    const results = await Promise.allSettled(commands.map((command) => client.sendCommand(command)));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  private async connected(): Promise<RedisClient> {
    if (this.client?.isReady) return this.client;
    const client = this.library.createClient({
      url: this.url.text,
      socket: { reconnectStrategy: false, connectTimeout: 10_000 },
    });
    // what breaks is also told by the commands that wait
    client.on('error', () => {});
    await client.connect();
    this.client = client;
    return client;
  }
}

const bytesOf = (vector: Float32Array): Buffer => {
  const copy = Float32Array.from(vector);
  return Buffer.from(copy.buffer);
};
