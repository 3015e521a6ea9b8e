/**
 * One version of a store, from nothing to live: loaded beside the one that is live, indexed, counted, searched back, and only then
 * shown to readers as a whole. A version that was killed on its way is gone on with when the same is published again.
 */
import { TwinlightError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import type { Side } from '../../core/side.js';
import { loadTable } from './load-table.js';
import { type MeasuredRecall, measureRecall } from './measured-recall.js';
import { pruneVersions } from './prune-versions.js';
import { type Retrying, retried } from './retry.js';
import type { GraphIndex, StoredVersion, TargetTable, TargetVersion, VectorTarget } from './vector-target.js';
import { type PublishedContent, versionOfBundle } from './version-of-bundle.js';

export interface PublishSettings extends GraphIndex {
  /** Candidates that a search looks at. */
  readonly efSearch: number;
  /** Least recall to become live. */
  readonly floor: number;
  /** Earlier versions that stay. */
  readonly keep: number;
  /** Rows a call. */
  readonly batchSize: number;
  /** Milliseconds before each further try. */
  readonly pauses: readonly number[];
  readonly reporter: Reporter;
}

export interface PublishedVersion extends MeasuredRecall {
  readonly serial: number;
  /** Whether it was live before, and nothing was loaded. */
  readonly wasLive: boolean;
  readonly tables: readonly LoadedTable[];
  /** Serials of the versions that were removed. */
  readonly pruned: readonly number[];
}

interface LoadedTable {
  readonly side: Side;
  readonly rows: number;
  /** Row that loading began at: not 0 where an earlier publish was killed, `rows` where it was all there. */
  readonly from: number;
}

/** @throws TwinlightError `PUBLISH_LOST_ROWS`, `PUBLISH_RECALL`, and what the store throws: then what was live before still is */
export async function publishVersion(
  target: VectorTarget,
  content: PublishedContent,
  settings: PublishSettings,
): Promise<PublishedVersion> {
  const { reporter, efSearch } = settings;
  const retrying: Retrying = { ...settings, isTransient: (error) => target.isTransient(error) };
  const again = <T>(what: string, call: () => Promise<T>): Promise<T> => retried(what, call, retrying);
  const stored = await again('looking at what is there', () => target.versions());
  const version = versionOfBundle(content, settings, stored);
  const known = stored.find(({ serial }) => serial === version.serial);
  warnOfSides(stored, version, reporter);
  if (known === undefined) await again('recording the version', () => target.record(version));
  const tables = await loadVersion(target, version, content, { ...settings, ...retrying });
  if (version.state === 'loading') {
    await again('recording the version', () => target.record({ ...version, state: 'loaded' }));
  }
  const items = version.tables.find(({ side }) => side === 'item')!;
  const { item, user } = content.bundle;
  const measured = await again('searching', () => measureRecall(target, items, { items: item, users: user, efSearch }));
  if (measured.recall < settings.floor) throw tooLow(target.place, version.serial, measured, settings);
  const wasLive = known?.isLive ?? false;
  // a swap that was killed may have shown it without writing that down
  if (!wasLive || version.state !== 'published') await again('the swap', () => target.goLive(version));
  const others = stored.filter(({ serial }) => serial !== version.serial);
  const pruned = await pruneVersions(target, others, settings, again);
  return { serial: version.serial, wasLive, tables, pruned, ...measured };
}

/** Brings all rows and the index in, where they are not there yet, and counts. */
async function loadVersion(
  target: VectorTarget,
  { state, tables }: TargetVersion,
  { bundle, payload }: PublishedContent,
  options: Retrying & { readonly batchSize: number },
): Promise<LoadedTable[]> {
  const loaded: LoadedTable[] = [];
  for (const table of tables) {
    const { side, rows } = table;
    let from = rows;
    if (state === 'loading') {
      const source = { rows: bundle[side], payload: side === 'item' ? payload : undefined };
      from = await loadTable(target, table, source, options);
      options.reporter.info(`indexing ${rows} ${side}s`);
      await retried('indexing', () => target.buildIndex(table), options);
    }
    const there = await retried('counting', () => target.count(table), options);
    if (there !== rows) throw lostRows(target.place, table, there);
    loaded.push({ side, rows, from });
  }
  return loaded;
}

function warnOfSides(stored: readonly StoredVersion[], { tables }: TargetVersion, reporter: Reporter): void {
  const before = stored.find(({ isLive }) => isLive)?.tables ?? [];
  const gone = before.find(({ side }) => !tables.some((table) => table.side === side));
  if (!gone) return;
  reporter.warn(
    `the live version has ${gone.side}s, this one has none: readers won't find any; publish them with --users`,
  );
}

function lostRows(place: string, { side, rows }: TargetTable, there: number): TwinlightError {
  const message = `${place} holds ${there} ${side}s where ${rows} were written; what was live before still is. Does another process write there?`;
  return new TwinlightError('PUBLISH_LOST_ROWS', message);
}

function tooLow(place: string, serial: number, measured: MeasuredRecall, settings: PublishSettings): TwinlightError {
  const { recall, topK, users } = measured;
  const message =
    `version ${serial} at ${place} finds ${recall.toFixed(4)} of the exact top ${topK} (${users} users, efSearch ${settings.efSearch}), ` +
    `below the floor of ${settings.floor}; what was live before still is. Raise --ef-search, or --m and --ef-construction`;
  return new TwinlightError('PUBLISH_RECALL', message);
}
