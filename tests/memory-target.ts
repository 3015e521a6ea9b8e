/** A vector store in memory, for what publishing does whatever the store is. */
import type {
  StoredVersion,
  TargetRow,
  TargetTable,
  TargetVersion,
  VectorTarget,
} from '../src/export/targets/vector-target.js';

export class MemoryTarget implements VectorTarget {
  readonly place = 'memory://here';
  readonly longestId = 3_000;
  readonly takesNul = true;
  readonly tables = new Map<string, Map<string, TargetRow>>();
  readonly records = new Map<number, TargetVersion>();
  readonly calls: string[] = [];
  live: number | undefined;
  /** Called before every call, by its name: may throw. */
  before: (call: string) => void = () => {};
  /** Of what a search finds; the first ids in the table otherwise. */
  isBlind = false;

  async versions(): Promise<StoredVersion[]> {
    this.enter('versions');
    return [...this.records.values()].map((version) => ({ ...version, isLive: version.serial === this.live }));
  }
  async record(version: TargetVersion): Promise<void> {
    this.enter('record');
    this.records.set(version.serial, version);
  }
  async open(table: TargetTable): Promise<number> {
    this.enter('open');
    if (!this.tables.has(keyOf(table))) this.tables.set(keyOf(table), new Map());
    return this.rows(table).size;
  }
  async upsert(table: TargetTable, rows: readonly TargetRow[]): Promise<void> {
    this.enter('upsert');
    for (const row of rows) this.rows(table).set(row.id, row);
  }
  async remove(table: TargetTable, ids: readonly string[]): Promise<void> {
    this.enter('remove');
    for (const id of ids) this.rows(table).delete(id);
  }
  async buildIndex(): Promise<void> {
    this.enter('buildIndex');
  }
  async count(table: TargetTable): Promise<number> {
    this.enter('count');
    return this.rows(table).size;
  }
  async search(table: TargetTable, queries: readonly Float32Array[], { topK }: { readonly topK: number }) {
    this.enter('search');
    const rows = [...this.rows(table).values()];
    return queries.map((query) => {
      const score = ({ vector }: TargetRow) => vector.reduce((sum, value, d) => sum + value * query[d], 0);
      const ranked = this.isBlind ? rows : [...rows].sort((a, b) => score(b) - score(a));
      return ranked.slice(0, topK).map(({ id }) => id);
    });
  }
  async goLive(version: TargetVersion): Promise<void> {
    this.enter('goLive');
    this.records.set(version.serial, { ...version, state: 'published' });
    this.live = version.serial;
  }
  async drop(version: TargetVersion): Promise<void> {
    this.enter('drop');
    for (const table of version.tables) this.tables.delete(keyOf(table));
    this.records.delete(version.serial);
  }
  isTransient(error: unknown): boolean {
    return (error as Error).message === 'in passing';
  }
  async close(): Promise<void> {
    this.enter('close');
  }

  rows(table: TargetTable): Map<string, TargetRow> {
    return this.tables.get(keyOf(table))!;
  }
  private enter(call: string): void {
    this.calls.push(call);
    this.before(call);
  }
}

const keyOf = ({ side, serial }: TargetTable): string => `${side}s_v${serial}`;
