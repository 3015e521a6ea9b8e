/**
 * At which stage a user loses an item: it may be no candidate (no vector), be filtered out (the user has it), be missed by the
 * approximate index of the run's bundle, stand below the end of the list, or be recommended.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TwinlightError } from '../../core/errors.js';
import { type Ragged, selectRaggedRows } from '../../core/ragged.js';
import { type Bundle, openBundle } from '../../export/index.js';
import type { TrainedRun } from '../../runs/trained-run.js';

/** Positions of what is not ranked. */
const FILTERED = 0;
const NO_CANDIDATE = -1;

export interface UserTrace {
  readonly user: number;
  /** Position from 1 in the full exact ranking, else `FILTERED` or `NO_CANDIDATE`, `[numItems]`. */
  readonly positions: Int32Array;
  /** Items ranked. */
  readonly numRanked: number;
  /** Held-out items, ascending. */
  readonly wanted: readonly number[];
  /** Items of the exact list that the approximate index missed; absent: there is no such index. */
  readonly missed?: readonly number[];
}

export type Stage = 'recommended' | 'index' | 'cut' | 'filtered' | 'no-candidate';

/** @param k length of the list */
export function stageOf(
  { positions, missed }: Pick<UserTrace, 'positions' | 'missed'>,
  item: number,
  k: number,
): Stage {
  const position = positions[item];
  if (position === FILTERED) return 'filtered';
  if (position === NO_CANDIDATE) return 'no-candidate';
  if (position > k) return 'cut';
  return missed?.includes(item) ? 'index' : 'recommended';
}

interface TraceQuestion {
  readonly users: readonly number[];
  readonly k: number;
  /** Held-out items, and those that are not shown, `[numUsers]` rows. */
  readonly relevant: Ragged;
  readonly exclude: Ragged;
  /** From `approximateBundle`. */
  readonly bundle?: Bundle;
}

export async function stageTraces(
  run: Pick<TrainedRun, 'recommender' | 'embeddings' | 'graph'>,
  { users, k, relevant, exclude, bundle }: TraceQuestion,
): Promise<UserTrace[]> {
  const { recommender, embeddings, graph } = run;
  const numItems = graph.items.size;
  const excluded = selectRaggedRows(exclude, users);
  const ranked = await recommender.recommend(Int32Array.from(users), numItems, excluded);
  const traces: UserTrace[] = [];
  for (const [query, user] of users.entries()) {
    const positions = new Int32Array(numItems).fill(NO_CANDIDATE);
    const own = ranked.ids.subarray(query * ranked.k, (query + 1) * ranked.k);
    let numRanked = 0;
    for (const [at, item] of own.entries()) {
      if (item < 0) break;
      numRanked++;
      const isSilent = embeddings !== undefined && isZeroRow(embeddings.items, embeddings.embeddingDim, item);
      if (!isSilent) positions[item] = at + 1;
    }
    const had = excluded.values.subarray(excluded.offsets[query], excluded.offsets[query + 1]);
    for (const item of had) positions[item] = FILTERED;
    const wanted = [...relevant.values.subarray(relevant.offsets[user], relevant.offsets[user + 1])];
    const missed = bundle && missing(own.subarray(0, k), await searched(bundle, graph, user, { k, had }));
    traces.push({ user, positions, numRanked, wanted, missed });
  }
  return traces;
}

/** Items that the bundle's index answers with. */
async function searched(
  bundle: Bundle,
  { users, items }: Pick<TrainedRun['graph'], 'users' | 'items'>,
  user: number,
  { k, had }: { readonly k: number; readonly had: Int32Array },
): Promise<Set<number | undefined>> {
  const exclude = Array.from(had, (item) => items.idOf(item));
  const answers = await bundle.recommend(users.idOf(user), { k, exclude });
  return new Set(answers.map(({ id }) => items.indexOf(id)));
}

const missing = (exact: Int32Array, found: ReadonlySet<number | undefined>): number[] =>
  [...exact].filter((item) => item >= 0 && !found.has(item));

function isZeroRow(table: Float32Array, width: number, row: number): boolean {
  return table.subarray(row * width, (row + 1) * width).every((value) => value === 0);
}

/**
 * The bundle of a run, where it has one with an approximate index.
 * @returns undefined where there is none; a sentence where there is one that can't be asked
 */
export async function approximateBundle({ folder, manifest }: TrainedRun): Promise<Bundle | string | undefined> {
  const path = join(folder, 'export');
  if (!existsSync(path)) return undefined;
  try {
    const bundle = await openBundle(path, { verify: false });
    if (bundle.index.isExact) return undefined;
    const { graph, model } = bundle.manifest;
    return graph.hash === manifest.graphHash && model.bestEpoch === manifest.bestEpoch
      ? bundle
      : `the index in ${path} is left out: it is of another graph or epoch than the run; export it again`;
  } catch (error) {
    if (error instanceof TwinlightError) return `the index in ${path} is left out: ${error.message}`;
    throw error;
  }
}
