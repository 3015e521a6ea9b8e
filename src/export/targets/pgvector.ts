/**
 * PostgreSQL with the extension pgvector, by the package `pg`. Under the name `shop`:
 *
 *     shop_versions          serial, record, is_live: what there is
 *     shop_items_v3          table of a version: id, vector, payload columns
 *     shop_items             view of the live one, the same columns
 *
 * A swap is one transaction over both sides. A statement that began before it reads the old version to its end. Where the columns stay the
 * same the view keeps its grants and what is built on it.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import type { TargetUrl } from './target-url.js';
import type { StoredVersion, TargetRow, TargetTable, TargetVersion, VectorTarget } from './vector-target.js';

/** What we use of `pg`. */
export interface PgLibrary {
  readonly Pool: new (options: {
    readonly connectionString: string;
    readonly max: number;
    readonly connectionTimeoutMillis: number;
    readonly keepAlive: boolean;
  }) => PgPool;
}

type Query = (
  text: string,
  values?: readonly unknown[],
) => Promise<{ readonly rows: readonly Record<string, unknown>[] }>;

interface PgPool {
  readonly query: Query;
  connect(): Promise<PgClient>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
}

interface PgClient {
  readonly query: Query;
  release(isBroken: boolean): void;
  on(event: 'error', listener: () => void): void;
  off(event: 'error', listener: () => void): void;
}

const COLUMN_TYPES = { text: 'text', number: 'double precision', list: 'text[]' } as const;
const OPERATORS = {
  'inner-product': { class: 'vector_ip_ops', distance: '<#>' },
  cosine: { class: 'vector_cosine_ops', distance: '<=>' },
} as const;

/** A B-tree entry has at most a third of a page. */
const LONGEST_ID = 2600;
/** pgvector takes no more. */
const MOST_EF_SEARCH = 1000;

export class PgvectorTarget implements VectorTarget {
  readonly place: string;
  readonly longestId = LONGEST_ID;
  readonly takesNul = false;
  private readonly pool: PgPool;

  constructor(
    library: PgLibrary,
    url: TargetUrl,
    private readonly name: string,
  ) {
    this.place = url.shown;
    this.pool = new library.Pool({
      connectionString: url.text,
      max: 2,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    this.pool.on('error', passOver);
  }

  async versions(): Promise<StoredVersion[]> {
    const kinds = await this.kinds([this.catalogue, this.view('item'), this.view('user')]);
    const isOurs = kinds.get(this.catalogue) === 'r';
    for (const view of [this.view('item'), this.view('user')]) {
      const kind = kinds.get(view);
      if (kind === undefined || (kind === 'v' && isOurs)) continue;
      const message = `${this.place} has a relation "${view}" that publishing did not make; choose another name with --name`;
      throw new ConfigError('PUBLISH_TAKEN', message);
    }
    if (!isOurs) return [];
    const { rows } = await this.pool.query(`SELECT record, is_live FROM ${this.catalogue} ORDER BY serial`);
    return rows.map(({ record, is_live }) => ({ ...(record as TargetVersion), isLive: is_live === true }));
  }

  async record(version: TargetVersion): Promise<void> {
    await this.pool.query(
      `CREATE TABLE IF NOT EXISTS ${this.catalogue} (serial integer PRIMARY KEY, record jsonb NOT NULL, is_live boolean NOT NULL DEFAULT false)`,
    );
    await this.pool.query(this.recordStatement, [version.serial, JSON.stringify(version)]);
  }

  async open(table: TargetTable): Promise<number> {
    const relation = this.tableOf(table);
    const there = await this.columnsOf(relation);
    if (there.length === 0) {
      await this.needExtension();
      const columns = table.columns.map((column) => `, ${quoted(column.name)} ${COLUMN_TYPES[column.kind]}`);
      await this.pool.query(
        `CREATE TABLE IF NOT EXISTS ${relation} (id text COLLATE "C" PRIMARY KEY, vector vector(${table.embeddingDim}) NOT NULL${columns.join('')})`,
      );
      return 0;
    }
    const wanted = [
      'id text',
      `vector vector(${table.embeddingDim})`,
      ...table.columns.map(({ name, kind }) => `${name} ${COLUMN_TYPES[kind]}`),
    ];
    if (wanted.join() !== there.join()) {
      throw new DataError(
        'PUBLISH_SCHEMA',
        `${this.place} has a table ${relation} with other columns: expected ${wanted.join(', ')}, found ${there.join(', ')}; drop it, or choose another name with --name`,
      );
    }
    return this.count(table);
  }

  async upsert(table: TargetTable, rows: readonly TargetRow[]): Promise<void> {
    const names = table.columns.map((column) => quoted(column.name));
    const types = table.columns.map((column, i) => `, ${names[i]} ${COLUMN_TYPES[column.kind]}`).join('');
    const updates = ['vector', ...names].map((column) => `${column} = EXCLUDED.${column}`);
    const records = rows.map(({ id, vector, payload }) => ({
      id,
      vector: literal(vector),
      ...Object.fromEntries(table.columns.map((column, i) => [column.name, payload[i]])),
    }));
    await this.pool.query(
      `INSERT INTO ${this.tableOf(table)} (${['id', 'vector', ...names].join(', ')})
       SELECT ${['id', 'vector::vector', ...names].join(', ')} FROM json_to_recordset($1::json) AS row(id text, vector text${types})
       ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}`,
      [JSON.stringify(records)],
    );
  }

  async remove(table: TargetTable, ids: readonly string[]): Promise<void> {
    await this.pool.query(`DELETE FROM ${this.tableOf(table)} WHERE id = ANY($1::text[])`, [ids]);
  }

  async buildIndex(table: TargetTable): Promise<void> {
    const name = this.tableOf(table);
    if (table.side === 'item') {
      const { m, efConstruction } = table.index;
      await this.pool.query(
        `CREATE INDEX IF NOT EXISTS ${name}_hnsw ON ${name} USING hnsw (vector ${OPERATORS[table.metric].class}) WITH (m = ${m}, ef_construction = ${efConstruction})`,
      );
    }
    await this.pool.query(`ANALYZE ${name}`);
  }

  async count(table: TargetTable): Promise<number> {
    const { rows } = await this.pool.query(`SELECT count(*)::integer AS count FROM ${this.tableOf(table)}`);
    return rows[0].count as number;
  }

  async search(
    table: TargetTable,
    queries: readonly Float32Array[],
    { topK, efSearch }: { readonly topK: number; readonly efSearch: number },
  ): Promise<string[][]> {
    const { distance } = OPERATORS[table.metric];
    const entries = Math.min(MOST_EF_SEARCH, Math.max(efSearch, topK));
    return this.inTransaction(async (query) => {
      await query(`SET LOCAL hnsw.ef_search = ${entries}`);
      const found: string[][] = [];
      for (const vector of queries) {
        const { rows } = await query(
          `SELECT id FROM ${this.tableOf(table)} ORDER BY vector ${distance} $1::vector LIMIT ${topK}`,
          [literal(vector)],
        );
        found.push(rows.map(({ id }) => id as string));
      }
      return found;
    });
  }

  async goLive(version: TargetVersion): Promise<void> {
    await this.inTransaction(async (query) => {
      for (const side of ['item', 'user'] as const) {
        const table = version.tables.find((candidate) => candidate.side === side);
        if (table) await this.showTable(query, table);
        else await query(`DROP VIEW IF EXISTS ${this.view(side)}`);
      }
      await query(this.recordStatement, [version.serial, JSON.stringify({ ...version, state: 'published' })]);
      await query(`UPDATE ${this.catalogue} SET is_live = (serial = $1)`, [version.serial]);
    });
  }

  async drop(version: TargetVersion): Promise<void> {
    for (const table of version.tables) await this.pool.query(`DROP TABLE IF EXISTS ${this.tableOf(table)}`);
    await this.pool.query(`DELETE FROM ${this.catalogue} WHERE serial = $1 AND NOT is_live`, [version.serial]);
  }

  /** Classes 08 (connection), 53 (resources), 57P (shut down, starting up), 40 (deadlock), and what sockets say. */
  isTransient(error: unknown): boolean {
    const { code = '', message = '' } = error as { code?: string; message?: string };
    return (
      /^(08|53|57P|40)/.test(code) ||
      /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN)/.test(code) ||
      /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
        message,
      )
    );
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private get catalogue(): string {
    return `${this.name}_versions`;
  }

  private get recordStatement(): string {
    return `INSERT INTO ${this.catalogue} (serial, record) VALUES ($1, $2) ON CONFLICT (serial) DO UPDATE SET record = EXCLUDED.record`;
  }

  private view(side: TargetTable['side']): string {
    return `${this.name}_${side}s`;
  }

  private tableOf({ side, serial }: TargetTable): string {
    return `${this.view(side)}_v${serial}`;
  }

  /** A view keeps its grants where it can be replaced; one with other columns is made anew. */
  private async showTable(query: Query, table: TargetTable): Promise<void> {
    const view = this.view(table.side);
    const select = `VIEW ${view} AS SELECT * FROM ${this.tableOf(table)}`;
    await query('SAVEPOINT replacing');
    try {
      await query(`CREATE OR REPLACE ${select}`);
    } catch (error) {
      // invalid_table_definition
      if ((error as { code?: string }).code !== '42P16') throw error;
      await query('ROLLBACK TO SAVEPOINT replacing');
      await query(`DROP VIEW ${view}`);
      await query(`CREATE ${select}`);
    }
  }

  private async needExtension(): Promise<void> {
    const { rows } = await this.pool.query("SELECT 1 FROM pg_extension WHERE extname = 'vector'");
    if (rows.length > 0) return;
    try {
      await this.pool.query('CREATE EXTENSION IF NOT EXISTS vector');
    } catch (error) {
      if (this.isTransient(error)) throw error;
      throw new ConfigError(
        'PUBLISH_EXTENSION',
        `${this.place} has no pgvector, and it can't be made by this user (${(error as Error).message}); have an administrator run: CREATE EXTENSION vector`,
      );
    }
  }

  /** Kinds (pg_class.relkind) of the relations that there are, by name as the search path has them. */
  private async kinds(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.pool.query(
      'SELECT name, relkind FROM unnest($1::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(name)',
      [names],
    );
    return new Map(rows.map(({ name, relkind }) => [name as string, relkind as string]));
  }

  /** `name type` of each column, in order; none where there is no such table. */
  private async columnsOf(name: string): Promise<string[]> {
    const { rows } = await this.pool.query(
      `SELECT attname || ' ' || format_type(atttypid, atttypmod) AS told FROM pg_attribute
       WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [name],
    );
    return rows.map(({ told }) => told as string);
  }

  private async inTransaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    client.on('error', passOver);
    let isBroken = true;
    try {
      await client.query('BEGIN');
      const result = await work((text, values) => client.query(text, values));
      await client.query('COMMIT');
      isBroken = false;
      return result;
    } finally {
      client.off('error', passOver);
      // a connection that is thrown away rolls back
      client.release(isBroken);
    }
  }
}

/** A connection that breaks is told twice: by this event, and by the query that fails. */
const passOver = (): void => {};
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (vector: Float32Array): string => `[${vector.join(',')}]`;
