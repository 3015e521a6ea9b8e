/**
 * Milvus 2.5 or newer, and Milvus Lite as a server, by the package `@zilliz/milvus2-sdk-node`. Under the name `shop`:
 *
 *     shop_versions          collection: serial, record
 *     shop_items_v3          collection of a version: id, vector, payload fields
 *     shop_items             alias of the live one; which version is live is what it says
 *
 * An alias is altered at once, but each by itself: the users', if there are any, a moment before the items'.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import { MilvusConnection, type MilvusLibrary } from './milvus-connection.js';
import { CATALOGUE_FIELDS, type Field, fieldsOf, LONGEST_TEXT, milvusText, told, toldField } from './milvus-schema.js';
import type { TargetUrl } from './target-url.js';
import type { StoredVersion, TargetRow, TargetTable, TargetVersion, VectorTarget } from './vector-target.js';

const METRICS = { 'inner-product': 'IP', cosine: 'COSINE' } as const;
const QUERIES_AT_ONCE = 100;
/** Reads see all writes before them. */
const STRONG = { consistency_level: 'Strong' } as const;

export class MilvusTarget implements VectorTarget {
  readonly place: string;
  readonly longestId = LONGEST_TEXT;
  readonly takesNul = true;
  private readonly milvus: MilvusConnection;

  constructor(
    library: MilvusLibrary,
    url: TargetUrl,
    private readonly name: string,
  ) {
    this.place = url.shown;
    this.milvus = new MilvusConnection(library, url);
  }

  async versions(): Promise<StoredVersion[]> {
    const isThere = await this.has(this.catalogue);
    const aliases = { item: await this.aliased('item'), user: await this.aliased('user') };
    for (const side of ['item', 'user'] as const) {
      const isOurs = isThere && aliases[side] !== undefined;
      if (isOurs || !(await this.has(this.alias(side)))) continue;
      const message = `${this.place} has a collection "${this.alias(side)}" that publishing did not make; choose another name with --name`;
      throw new ConfigError('PUBLISH_TAKEN', message);
    }
    if (!isThere) return [];
    await this.milvus.load(this.catalogue);
    const { data } = await this.milvus.call('query', {
      collection_name: this.catalogue,
      filter: 'id != ""',
      limit: 10_000,
      output_fields: ['record'],
      ...STRONG,
    });
    return data
      .map(({ record }) => JSON.parse(record as string) as TargetVersion)
      .map((version) => ({ ...version, isLive: `${this.alias('item')}_v${version.serial}` === aliases.item }))
      .sort((a, b) => a.serial - b.serial);
  }

  async record(version: TargetVersion): Promise<void> {
    if (!(await this.has(this.catalogue))) {
      await this.create(this.catalogue, CATALOGUE_FIELDS);
    }
    await this.index(this.catalogue, { index_type: 'FLAT', metric_type: 'L2' });
    const row = { id: String(version.serial), vector: [0, 0], record: JSON.stringify(version) };
    await this.milvus.call('upsert', { collection_name: this.catalogue, data: [row] });
  }

  async open(table: TargetTable): Promise<number> {
    const name = this.collectionOf(table);
    const wanted = fieldsOf(table);
    if (await this.has(name)) {
      const { schema } = await this.milvus.call('describeCollection', { collection_name: name });
      const [expected, found] = [wanted.map(told), schema.fields.map(toldField)].map((fields) => fields.join(', '));
      if (expected !== found) {
        throw new DataError(
          'PUBLISH_SCHEMA',
          `${this.place} has a collection ${name} with other fields: expected ${expected}, found ${found}; drop it, or choose another name with --name`,
        );
      }
    } else await this.create(name, wanted);
    const { m, efConstruction } = table.index;
    const graph = { index_type: 'HNSW', params: { M: m, efConstruction } };
    await this.index(name, {
      ...(table.side === 'item' ? graph : { index_type: 'FLAT' }),
      metric_type: METRICS[table.metric],
    });
    return this.count(table);
  }

  async upsert(table: TargetTable, rows: readonly TargetRow[]): Promise<void> {
    const data = rows.map(({ id, vector, payload }) => ({
      id,
      vector: Array.from(vector),
      ...Object.fromEntries(table.columns.map(({ name }, i) => [name, payload[i]])),
    }));
    await this.milvus.call('upsert', { collection_name: this.collectionOf(table), data });
  }

  async remove(table: TargetTable, ids: readonly string[]): Promise<void> {
    const filter = `id in [${ids.map(milvusText).join(', ')}]`;
    await this.milvus.call('delete', { collection_name: this.collectionOf(table), filter });
  }

  async buildIndex(table: TargetTable): Promise<void> {
    const name = this.collectionOf(table);
    await this.milvus.call('flushSync', { collection_names: [name] });
    for (;;) {
      const { index_descriptions: indexes } = await this.milvus.call('describeIndex', { collection_name: name });
      if (indexes.every(({ state, pending_index_rows: left }) => state === 'Finished' && Number(left) === 0)) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async count(table: TargetTable): Promise<number> {
    await this.milvus.load(this.collectionOf(table));
    const request = { collection_name: this.collectionOf(table), filter: '', output_fields: ['count(*)'], ...STRONG };
    const { data } = await this.milvus.call('query', request);
    return Number(data[0]['count(*)']);
  }

  async search(
    table: TargetTable,
    queries: readonly Float32Array[],
    { topK, efSearch }: { readonly topK: number; readonly efSearch: number },
  ): Promise<string[][]> {
    await this.milvus.load(this.collectionOf(table));
    const found: string[][] = [];
    for (let first = 0; first < queries.length; first += QUERIES_AT_ONCE) {
      const data = queries.slice(first, first + QUERIES_AT_ONCE).map((query) => Array.from(query));
      const { results } = await this.milvus.call('search', {
        collection_name: this.collectionOf(table),
        // with one query alone the SDK answers in another form
        data: data.length === 1 ? [data[0], data[0]] : data,
        limit: topK,
        params: { ef: Math.max(efSearch, topK) },
        output_fields: ['id'],
        ...STRONG,
      });
      found.push(...results.slice(0, data.length).map((rows) => rows.map(({ id }) => id)));
    }
    return found;
  }

  async goLive(version: TargetVersion): Promise<void> {
    for (const side of ['user', 'item'] as const) {
      const table = version.tables.find((candidate) => candidate.side === side);
      const before = await this.aliased(side);
      const alias = this.alias(side);
      if (table) {
        const request = { collection_name: this.collectionOf(table), alias };
        await this.milvus.call(before === undefined ? 'createAlias' : 'alterAlias', request);
      } else if (before !== undefined) await this.milvus.call('dropAlias', { alias });
    }
    await this.record({ ...version, state: 'published' });
  }

  async drop(version: TargetVersion): Promise<void> {
    for (const table of version.tables) {
      const name = this.collectionOf(table);
      if (await this.has(name)) await this.milvus.call('dropCollection', { collection_name: name });
    }
    await this.milvus.call('delete', { collection_name: this.catalogue, filter: `id in ["${version.serial}"]` });
  }

  isTransient(error: unknown): boolean {
    return this.milvus.isTransient(error);
  }

  async close(): Promise<void> {
    await this.milvus.close();
  }

  private get catalogue(): string {
    return `${this.name}_versions`;
  }

  private alias(side: TargetTable['side']): string {
    return `${this.name}_${side}s`;
  }

  private collectionOf({ side, serial }: TargetTable): string {
    return `${this.alias(side)}_v${serial}`;
  }

  /** The collection that is shown for a side. */
  private async aliased(side: TargetTable['side']): Promise<string | undefined> {
    // the SDK asks for a collection, the server reads the alias alone
    const request = { collection_name: this.catalogue, alias: this.alias(side) };
    const { answer, refusal } = await this.milvus.ask('describeAlias', request);
    if (refusal === undefined) return answer.collection;
    if (/not (exist|found)/i.test(refusal.message)) return undefined;
    throw refusal;
  }

  private async has(collection: string): Promise<boolean> {
    return (await this.milvus.call('hasCollection', { collection_name: collection })).value;
  }

  private async create(name: string, fields: readonly Field[]): Promise<void> {
    await this.milvus.call('createCollection', {
      collection_name: name,
      fields,
      enable_dynamic_field: false,
      ...STRONG,
    });
  }

  /** Makes the index where there is none. */
  private async index(name: string, settings: object): Promise<void> {
    const { answer } = await this.milvus.ask('describeIndex', { collection_name: name });
    if (answer.index_descriptions.length === 0) {
      await this.milvus.call('createIndex', {
        collection_name: name,
        field_name: 'vector',
        index_name: 'vector',
        ...settings,
      });
    }
  }
}
