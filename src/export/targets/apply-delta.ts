/**
 * Rows that changed since a version was published: put in and taken out of the live one, in place. For items and users that came or
 * went between two trainings, with vectors of the same model (`twinlight embed`); vectors of another training are another version.
 *
 * Readers see the rows one batch after another. A delta that was cut off is applied again from its beginning, to the same end.
 */
import { ConfigError, ShapeError } from '../../core/errors.js';
import { type Reporter, SILENT } from '../../core/reporter.js';
import type { Side } from '../../core/side.js';
import { PUBLISH_DEFAULTS } from './publish-bundle.js';
import { assertIds } from './published-ids.js';
import { PAUSES, type Retrying, retried } from './retry.js';
import { parseTargetUrl } from './target-url.js';
import type { PayloadValue, TargetRow, TargetTable, VectorTarget } from './vector-target.js';
import { withTarget } from './with-target.js';

export interface DeltaRow {
  readonly id: string;
  /** `[embeddingDim]`. */
  readonly vector: Float32Array;
  /** By column; null for those left out. */
  readonly payload?: Readonly<Record<string, PayloadValue>>;
}

export interface Delta {
  readonly side: Side;
  /** Take the place of rows of the same ids. */
  readonly upserts: readonly DeltaRow[];
  /** Ids; those that are not there are passed over. */
  readonly deletes: readonly string[];
}

export interface DeltaOptions {
  readonly to: string;
  readonly name?: string;
  readonly batchSize?: number;
  readonly library?: unknown;
  readonly pauses?: readonly number[];
  readonly reporter?: Reporter;
}

export interface DeltaResult {
  readonly serial: number;
  /** In the live table afterwards. */
  readonly rows: number;
}

/**
 * @throws ConfigError `PUBLISH_NOTHING_LIVE`, `PUBLISH_PAYLOAD`, `PUBLISH_DELTA` for an id that comes twice; DataError `PUBLISH_ID`, `PUBLISH_LONGER`; ShapeError for vectors of
 * another length; TwinlightError `PUBLISH_FAILED`
 */
export async function applyDelta(delta: Delta, options: DeltaOptions): Promise<DeltaResult> {
  const { to, name = PUBLISH_DEFAULTS.name, library } = options;
  const { batchSize = PUBLISH_DEFAULTS.batchSize, pauses = PAUSES, reporter = SILENT } = options;
  return withTarget(parseTargetUrl(to, process.env), { name, library }, (target) => {
    const retrying = { isTransient: (error: unknown) => target.isTransient(error), pauses, reporter };
    return applyTo(target, delta, { ...retrying, name, batchSize });
  });
}

async function applyTo(
  target: VectorTarget,
  { side, upserts, deletes }: Delta,
  options: Retrying & { readonly name: string; readonly batchSize: number },
): Promise<DeltaResult> {
  const versions = await retried('looking at what is there', () => target.versions(), options);
  const live = versions.find(({ isLive }) => isLive);
  const table = live?.tables.find((candidate) => candidate.side === side);
  if (live === undefined || table === undefined) {
    const message = `${target.place} has no live ${side}s under "${options.name}": publish a bundle first`;
    throw new ConfigError('PUBLISH_NOTHING_LIVE', message);
  }
  refuseTwice([...upserts.map(({ id }) => id), ...deletes]);
  const rows = upserts.map((row) => rowFor(table, row));
  assertIds([...rows.map(({ id }) => id), ...deletes], side, target);
  const { isLive, ...version } = live;
  // before anything changes: from here on the rows are not those of the bundle
  await retried('recording the delta', () => target.record({ ...version, deltas: version.deltas + 1 }), options);
  for (const batch of batches(rows, options.batchSize)) {
    await retried('writing', () => target.upsert(table, batch), options);
  }
  for (const batch of batches(deletes, options.batchSize)) {
    await retried('removing', () => target.remove(table, batch), options);
  }
  await retried('indexing', () => target.buildIndex(table), options);
  return { serial: live.serial, rows: await retried('counting', () => target.count(table), options) };
}

function rowFor({ embeddingDim, columns, serial }: TargetTable, { id, vector, payload = {} }: DeltaRow): TargetRow {
  if (vector.length !== embeddingDim) {
    throw new ShapeError(
      `the vector of ${JSON.stringify(id).slice(0, 60)} has ${vector.length} numbers, version ${serial} has ${embeddingDim}`,
    );
  }
  const names = columns.map(({ name }) => name);
  const other = Object.keys(payload).find((name) => !names.includes(name));
  if (other !== undefined) {
    const message = `version ${serial} has no column "${other}", it has ${names.join(', ') || 'none'}`;
    throw new ConfigError('PUBLISH_PAYLOAD', message);
  }
  return { id, vector, payload: names.map((name) => payload[name] ?? null) };
}

function refuseTwice(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw new ConfigError('PUBLISH_DELTA', `a delta names ${JSON.stringify(id).slice(0, 60)} twice`);
    seen.add(id);
  }
}

function batches<T>(all: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
