/**
 * LanceDB, a folder or a bucket, by the package `@lancedb/lancedb`. Under the name `shop`:
 *
 *     shop_versions          table: serial, record, is_live, and the names of its tables
 *     shop_items_v3          table of a version: id, vector, payload columns
 *
 * LanceDB has no aliases: readers open the table that the row with `is_live` names. A swap is one commit of the table of versions.
 * Its HNSW finds next to nothing by inner product (recall .02 on 20,000 random vectors), and .86 by cosine, of which
 * `length-column.ts` makes it.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import { storedDim, storedUser, storedVector } from './length-column.js';
import type { TargetUrl } from './target-url.js';
import type {
  PayloadColumn,
  StoredVersion,
  TargetRow,
  TargetTable,
  TargetVersion,
  VectorTarget,
} from './vector-target.js';

/** What we use of the library. */
export interface LanceLibrary {
  connect(place: string): Promise<LanceConnection>;
  makeArrowTable(rows: readonly object[]): { readonly schema: LanceSchema };
  readonly Index: {
    hnswSq(options: { readonly distanceType: 'cosine'; readonly m: number; readonly efConstruction: number }): object;
    btree(): object;
  };
}

interface LanceSchema {
  readonly fields: readonly { readonly name: string; readonly type: object }[];
}

interface LanceConnection {
  tableNames(): Promise<string[]>;
  openTable(name: string): Promise<LanceTable>;
  createEmptyTable(name: string, schema: LanceSchema, options: { readonly existOk: true }): Promise<LanceTable>;
  dropTable(name: string): Promise<void>;
  close(): void;
}

interface LanceTable {
  schema(): Promise<LanceSchema>;
  countRows(): Promise<number>;
  mergeInsert(on: string): LanceMerge;
  delete(predicate: string): Promise<unknown>;
  optimize(): Promise<unknown>;
  listIndices(): Promise<readonly { readonly columns: readonly string[] }[]>;
  createIndex(column: string, options: { readonly config: object; readonly replace: boolean }): Promise<void>;
  query(): LanceQuery;
  close(): void;
}

interface LanceMerge {
  whenMatchedUpdateAll(): LanceMerge;
  whenNotMatchedInsertAll(): LanceMerge;
  execute(rows: readonly object[]): Promise<unknown>;
}

interface LanceQuery {
  nearestTo(vector: Float32Array): LanceQuery;
  distanceType(type: 'cosine'): LanceQuery;
  ef(candidates: number): LanceQuery;
  refineFactor(factor: number): LanceQuery;
  select(columns: readonly string[]): LanceQuery;
  limit(rows: number): LanceQuery;
  toArray(): Promise<readonly Record<string, unknown>[]>;
}

const LONGEST_ID = 1_000_000;
/** Codes of a byte a number find candidates; so many times K are ranked by the vectors themselves. */
const REFINE_FACTOR = 4;
/** Below it LanceDB can't train an index, and looks at all rows. */
const LEAST_ROWS_TO_INDEX = 256;
const CATALOGUE_COLUMNS: readonly string[] = ['serial', 'record', 'is_live', 'items', 'users'];

export class LanceTarget implements VectorTarget {
  readonly place: string;
  readonly longestId = LONGEST_ID;
  readonly takesNul = true;
  private connection: LanceConnection | undefined;

  constructor(
    private readonly library: LanceLibrary,
    private readonly url: TargetUrl,
    private readonly name: string,
  ) {
    this.place = url.shown;
  }

  async versions(): Promise<StoredVersion[]> {
    const rows = await this.catalogueRows();
    return rows
      .map(({ record, is_live }) => ({ ...(JSON.parse(record) as TargetVersion), isLive: is_live }))
      .sort((a, b) => a.serial - b.serial);
  }

  async record(version: TargetVersion): Promise<void> {
    const known = (await this.catalogueRows()).find(({ serial }) => serial === version.serial);
    await this.putInCatalogue([{ ...this.rowOf(version), is_live: known?.is_live ?? false }]);
  }

  async open(table: TargetTable): Promise<number> {
    const name = this.tableOf(table);
    const { schema } = this.library.makeArrowTable([exampleRow(table)]);
    const opened = await this.madeOrOpened(name, schema);
    const [expected, found] = [schema, await opened.schema()].map(told);
    if (expected !== found) {
      throw new DataError(
        'PUBLISH_SCHEMA',
        `${this.place} has a table ${name} with other columns: expected ${expected}, found ${found}; drop it, or choose another name with --name`,
      );
    }
    return opened.countRows();
  }

  async upsert(table: TargetTable, rows: readonly TargetRow[]): Promise<void> {
    const records = rows.map(({ id, vector, payload }) => ({
      id,
      vector: Array.from(storedVector(table, vector)),
      ...Object.fromEntries(table.columns.map(({ name }, i) => [name, payload[i]])),
    }));
    await merged(await this.opened(table), 'id', records);
  }

  async remove(table: TargetTable, ids: readonly string[]): Promise<void> {
    const listed = ids.map((id) => `'${id.replaceAll("'", "''")}'`);
    await (await this.opened(table)).delete(`id IN (${listed.join(', ')})`);
  }

  async buildIndex(table: TargetTable): Promise<void> {
    const opened = await this.opened(table);
    const indexed = (await opened.listIndices()).flatMap(({ columns }) => columns);
    await opened.optimize();
    if (!indexed.includes('id')) await opened.createIndex('id', { config: this.library.Index.btree(), replace: true });
    if (table.side === 'user' || indexed.includes('vector') || table.rows < LEAST_ROWS_TO_INDEX) return;
    const { m, efConstruction } = table.index;
    const config = this.library.Index.hnswSq({ distanceType: 'cosine', m, efConstruction });
    await opened.createIndex('vector', { config, replace: true });
  }

  async count(table: TargetTable): Promise<number> {
    return (await this.opened(table)).countRows();
  }

  async search(
    table: TargetTable,
    queries: readonly Float32Array[],
    { topK, efSearch }: { readonly topK: number; readonly efSearch: number },
  ): Promise<string[][]> {
    const opened = await this.opened(table);
    const found: string[][] = [];
    for (const query of queries) {
      const rows = await opened
        .query()
        .nearestTo(storedUser(table, query))
        .distanceType('cosine')
        .ef(Math.max(efSearch, topK * REFINE_FACTOR))
        .refineFactor(REFINE_FACTOR)
        .select(['id', '_distance'])
        .limit(topK)
        .toArray();
      found.push(rows.map(({ id }) => id as string));
    }
    return found;
  }

  async goLive(version: TargetVersion): Promise<void> {
    const others = (await this.catalogueRows()).filter(({ serial }) => serial !== version.serial);
    const live = { ...this.rowOf({ ...version, state: 'published' }), is_live: true };
    await this.putInCatalogue([...others.map((row) => ({ ...row, is_live: false })), live]);
  }

  async drop(version: TargetVersion): Promise<void> {
    const connection = await this.connected();
    const names = await connection.tableNames();
    for (const table of version.tables) {
      if (names.includes(this.tableOf(table))) await connection.dropTable(this.tableOf(table));
    }
    await (await connection.openTable(this.catalogue)).delete(`serial = ${version.serial}`);
  }

  /** Another process's commit, and what buckets say of their connection. */
  isTransient(error: unknown): boolean {
    return /commit conflict|retryable|timed? ?out|connection (reset|closed|refused)/i.test((error as Error).message);
  }

  async close(): Promise<void> {
    this.connection?.close();
  }

  private get catalogue(): string {
    return `${this.name}_versions`;
  }

  private tableOf({ side, serial }: TargetTable): string {
    return `${this.name}_${side}s_v${serial}`;
  }

  private rowOf(version: TargetVersion): Omit<CatalogueRow, 'is_live'> {
    const nameOf = (side: TargetTable['side']): string => {
      const table = version.tables.find((candidate) => candidate.side === side);
      return table ? this.tableOf(table) : '';
    };
    const { serial } = version;
    return { serial, record: JSON.stringify(version), items: nameOf('item'), users: nameOf('user') };
  }

  private async catalogueRows(): Promise<CatalogueRow[]> {
    const connection = await this.connected();
    if (!(await connection.tableNames()).includes(this.catalogue)) return [];
    const table = await connection.openTable(this.catalogue).catch((error: Error) => {
      // its folder is there and its first commit is not: another process is making it
      if (/was not found/.test(error.message)) return undefined;
      throw error;
    });
    if (table === undefined) return [];
    const columns = (await table.schema()).fields.map(({ name }) => name);
    if (columns.join() !== CATALOGUE_COLUMNS.join()) {
      const message = `${this.place} has a table "${this.catalogue}" that publishing did not make; choose another name with --name`;
      throw new ConfigError('PUBLISH_TAKEN', message);
    }
    const rows = (await table.query().toArray()) as unknown as CatalogueRow[];
    return rows.map(({ serial, record, is_live, items, users }) => ({ serial, record, is_live, items, users }));
  }

  /** One commit. */
  private async putInCatalogue(rows: readonly CatalogueRow[]): Promise<void> {
    const { schema } = this.library.makeArrowTable([{ serial: 1, record: 'r', is_live: true, items: 'i', users: 'u' }]);
    await merged(await this.madeOrOpened(this.catalogue, schema), 'serial', rows);
  }

  private async madeOrOpened(name: string, schema: LanceSchema): Promise<LanceTable> {
    const connection = await this.connected();
    const isThere = (await connection.tableNames()).includes(name);
    return isThere ? connection.openTable(name) : connection.createEmptyTable(name, schema, { existOk: true });
  }

  private async opened(table: TargetTable): Promise<LanceTable> {
    return (await this.connected()).openTable(this.tableOf(table));
  }

  private async connected(): Promise<LanceConnection> {
    this.connection ??= await this.library.connect(this.url.text.slice(this.url.scheme.length + 1));
    return this.connection;
  }
}

interface CatalogueRow {
  readonly serial: number;
  readonly record: string;
  readonly is_live: boolean;
  /** Names of tables; empty where the version has none. */
  readonly items: string;
  readonly users: string;
}

const EXAMPLES = { text: 'text', number: 0.5, list: ['text'] } as const;

/** The library finds types out of values: this one has them all. */
const exampleRow = (table: TargetTable): object => ({
  id: 'id',
  vector: new Array(storedDim(table)).fill(0.5),
  ...Object.fromEntries(table.columns.map(({ name, kind }: PayloadColumn) => [name, EXAMPLES[kind]])),
});

const told = ({ fields }: LanceSchema): string => fields.map(({ name, type }) => `${name} ${type}`).join(', ');

async function merged(table: LanceTable, on: string, rows: readonly object[]): Promise<void> {
  await table.mergeInsert(on).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
}
