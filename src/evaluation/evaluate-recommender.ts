/**
 * All-ranking evaluation: for every user with held-out items, all items but the excluded ones (train; at test also
 * valid) are ranked, and the held-out items are looked for. Knows neither the model nor how it was trained, and gives
 * the same numbers whatever the batch size.
 */
import { bytesOf, sha256Of } from '../core/atomic-file.js';
import { assertLength, ConfigError } from '../core/errors.js';
import { pairsWhere, type Ragged, selectRaggedRows } from '../core/ragged.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import { Rng } from '../core/rng.js';
import { rankAmong } from '../retrieval/rank-among.js';
import type { Recommender } from '../retrieval/recommender.js';
import { itemCohorts, userCohorts } from './cohorts.js';
import type { CohortReport, EvaluationReport } from './evaluation-report.js';
import { positionsOf } from './full-ranking.js';
import {
  emptyHitMatrix,
  HitMarker,
  type HitMatrix,
  meanPosition,
  restrictToItems,
  selectRows,
  usersToEvaluate,
} from './hit-matrix.js';
import { assertNoLeak } from './leak-check.js';
import type { Metric, OwnMetrics } from './metrics/metric.js';
import { exposureValues, mean, perUserValues } from './metrics/metric-values.js';
import { DEFAULT_METRICS, METRICS, type MetricName, metricByName } from './metrics/registry.js';
import type { TaskName } from './protocols/registry.js';

export const EVALUATION_DEFAULTS = Object.freeze({
  topK: Object.freeze([10, 20]) as readonly number[],
  /** Users ranked at a time. Too small: overhead a batch; too large: batchSize × K results at once, no faster. */
  batchSize: 2048,
  cohorts: true,
});

export interface EvaluationOptions {
  /** Held-out items, `[numUsers]` rows. Users with an empty row are left out and counted. */
  readonly relevant: Ragged;
  /** Items that are not ranked for a user: train, at test train ∪ valid, `[numUsers]` rows. */
  readonly exclude: Ragged;
  /** Items that are ranked, ascending; what else is excluded does not matter. Default: all, `[numCandidates]`. */
  readonly candidates?: Int32Array;
  /** What the report says it answers; default `overall`. */
  readonly task?: TaskName;
  /** Training interactions, `[numItems]`. */
  readonly itemDegrees: Int32Array;
  /** Training interactions, `[numUsers]`. */
  readonly userDegrees: Int32Array;
  /** What users whom training never saw are made of, `[numUsers]` rows; tells the tasks of `evaluateTasks` apart. */
  readonly foldIn?: Ragged;
  readonly topK?: readonly number[];
  /** Default: all but `meanRank`, which needs every user's full ranking. */
  readonly metrics?: readonly MetricName[];
  /** Metrics beside the registry's, all of which are computed. */
  readonly ownMetrics?: OwnMetrics;
  readonly batchSize?: number;
  /**
   * Most users that are ranked; of more, so many are drawn without replacement, always the same ones for the same held-out
   * pairs, and the report says out of how many. Too small: wide intervals; too large: users × items scores. Default: all.
   */
  readonly maxUsers?: number;
  /** Whether the metrics of groups of items and users are computed too. */
  readonly cohorts?: boolean;
  /** Carried into the report; `compareReports` refuses reports that differ in them. */
  readonly graphHash?: string;
  readonly split?: string;
  readonly reporter?: Reporter;
}

/**
 * @throws TwinlightError `EVAL_LEAK` when a held-out pair is excluded; ConfigError for a bad K, batch size or metric,
 * or when no user has a held-out item; ShapeError when an input does not fit the recommender
 */
export async function evaluateRecommender(
  recommender: Recommender,
  options: EvaluationOptions,
): Promise<EvaluationReport> {
  const { relevant, candidates, itemDegrees, userDegrees, graphHash, split, reporter = SILENT } = options;
  const { numUsers, numItems } = recommender;
  const numCandidates = candidates?.length ?? numItems;
  const ranking = candidates ? rankAmong(recommender, candidates) : recommender;
  const exclude = candidates ? restrictPairs(options.exclude, candidates, numItems) : options.exclude;
  assertLength('relevant (rows)', relevant.offsets.length - 1, numUsers);
  assertLength('exclude (rows)', exclude.offsets.length - 1, numUsers);
  assertLength('itemDegrees', itemDegrees.length, numItems);
  assertLength('userDegrees', userDegrees.length, numUsers);
  const topK = [...new Set(options.topK ?? EVALUATION_DEFAULTS.topK)].sort((a, b) => a - b);
  const batchSize = options.batchSize ?? EVALUATION_DEFAULTS.batchSize;
  for (const k of [...topK, batchSize, options.maxUsers ?? 1]) assertPositive(k);
  if (topK.length === 0) throw new ConfigError('EVAL_TOP_K', 'topK: expected at least one K');
  const chosen = chosenMetrics(options.metrics ?? DEFAULT_METRICS, options.ownMetrics);
  const withMeanRanks = [...chosen.values()].some(({ kind }) => kind === 'rank');
  assertNoLeak(exclude, relevant);

  const eligible = usersToEvaluate(relevant);
  const users = sampleOf(eligible, options.maxUsers ?? eligible.length);
  const isSampled = users.length < eligible.length;
  if (isSampled) {
    reporter.info(`${split ?? 'evaluation'}: ${users.length} of ${eligible.length} users, drawn at random, are ranked`);
  }
  const matrix = emptyHitMatrix(relevant, users, Math.min(topK[topK.length - 1], numCandidates), withMeanRanks);
  if (matrix.userIndices.length === 0) {
    throw new ConfigError('EVAL_NO_USERS', `no user has a held-out item${split ? ` in ${split}` : ''}`);
  }
  if (!recommender.isExact) reporter.warn('the ranking is approximate: its figures also count what the index misses');
  await fillHitMatrix(matrix, ranking, { relevant, exclude, numCandidates, batchSize, reporter });

  const perUser = perUserValues(matrix, chosen, topK);
  const metrics = meansOf(perUser);
  // what lists of a part of the catalogue are like says nothing of the catalogue
  if (!candidates) Object.assign(metrics, exposureValues(matrix, chosen, topK, itemDegrees));
  const numUsersWithoutRanking = countEmptyLists(matrix);
  if (numUsersWithoutRanking > 0) {
    reporter.warn(`nothing could be ranked for ${numUsersWithoutRanking} evaluated users; they count as misses`);
  }
  return {
    protocol: 'all-ranking',
    task: options.task ?? 'overall',
    split,
    graphHash,
    protocolHash: sha256Of(
      ...[relevant, exclude].flatMap(({ offsets, values }) => [bytesOf(offsets), bytesOf(values)]),
      ...(isSampled ? [bytesOf(users)] : []),
      ...(candidates ? [bytesOf(candidates)] : []),
    ),
    isExact: recommender.isExact,
    topK,
    numItems,
    numCandidates,
    numUsersEvaluated: matrix.userIndices.length,
    ...(isSampled && { numUsersSampledFrom: eligible.length }),
    numUsersWithoutRelevant: numUsers - eligible.length,
    numUsersWithoutRanking,
    metrics,
    cohorts:
      (options.cohorts ?? EVALUATION_DEFAULTS.cohorts)
        ? cohortReports(matrix, relevant, itemDegrees, userDegrees, chosen, topK)
        : [],
    userIndices: matrix.userIndices,
    perUser,
  };
}

/** Those of the registry in the order in which they are named, then the others. */
function chosenMetrics(names: readonly MetricName[], own: OwnMetrics = {}): ReadonlyMap<string, Metric> {
  const taken = Object.keys(own).find((name) => Object.hasOwn(METRICS, name));
  if (taken !== undefined)
    throw new ConfigError('EVAL_METRIC_NAME', `ownMetrics: there is a metric "${taken}" already`);
  return new Map<string, Metric>([...names.map((name) => [name, metricByName(name)] as const), ...Object.entries(own)]);
}

interface FillOptions {
  readonly relevant: Ragged;
  readonly exclude: Ragged;
  readonly numCandidates: number;
  readonly batchSize: number;
  readonly reporter: Reporter;
}

async function fillHitMatrix(
  matrix: HitMatrix,
  recommender: Recommender,
  { relevant, exclude, numCandidates, batchSize, reporter }: FillOptions,
): Promise<void> {
  const { userIndices, depth, ids, hits, meanRanks } = matrix;
  const marker = new HitMarker(recommender.numItems);
  const progress = reporter.progress('evaluating', userIndices.length, 'users');
  try {
    for (let first = 0; first < userIndices.length; first += batchSize) {
      const users = userIndices.subarray(first, first + batchSize);
      const excluded = selectRaggedRows(exclude, users);
      ids.set((await recommender.recommend(users, depth, excluded)).ids, first * depth);
      for (let query = 0; query < users.length; query++) {
        const user = users[query];
        const at = (first + query) * depth;
        marker.mark(ids, at, depth, relevant.values, relevant.offsets[user], relevant.offsets[user + 1], hits, at);
      }
      if (meanRanks) {
        const wanted = selectRaggedRows(relevant, users);
        const { positions, numRanked } = await positionsOf(recommender, users, { wanted, exclude: excluded });
        for (let query = 0; query < users.length; query++) {
          const numRankable = numCandidates - (excluded.offsets[query + 1] - excluded.offsets[query]);
          const own = positions.subarray(wanted.offsets[query], wanted.offsets[query + 1]);
          meanRanks[first + query] = meanPosition(own, numRanked[query], numRankable);
        }
      }
      progress.update(first + users.length);
      // lets signals and timers in between batches
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    progress.finish();
  }
}

function cohortReports(
  matrix: HitMatrix,
  relevant: Ragged,
  itemDegrees: Int32Array,
  userDegrees: Int32Array,
  chosen: ReadonlyMap<string, Metric>,
  topK: readonly number[],
): CohortReport[] {
  const items = itemCohorts(itemDegrees).map(({ name, definition, members, numItems }) => {
    const restricted = restrictToItems(matrix, relevant, members);
    const metrics = meansOf(perUserValues(restricted, chosen, topK));
    return { name: `items:${name}`, definition, numItems, numUsers: restricted.userIndices.length, metrics };
  });
  const degrees = Int32Array.from(matrix.userIndices, (user) => userDegrees[user]);
  const users = userCohorts(degrees).map(({ name, definition, rows }) => {
    const metrics = meansOf(perUserValues(selectRows(matrix, rows), chosen, topK));
    return { name: `users:${name}`, definition, numUsers: rows.length, metrics };
  });
  return [...items, ...users];
}

/** The pairs whose item is a candidate. */
function restrictPairs(pairs: Ragged, candidates: Int32Array, numItems: number): Ragged {
  const isCandidate = new Uint8Array(numItems);
  for (const item of candidates) isCandidate[item] = 1;
  return pairsWhere(pairs, (_user, item) => isCandidate[item] === 1);
}

/** Mean of every array; nothing for arrays without values. */
function meansOf(perUser: Record<string, Float32Array>): Record<string, number> {
  const entries = Object.entries(perUser).filter(([, values]) => values.length > 0);
  return Object.fromEntries(entries.map(([key, values]) => [key, mean(values)]));
}

function countEmptyLists({ userIndices, depth, ids }: HitMatrix): number {
  return userIndices.reduce((count, _, row) => count + (ids[row * depth] === -1 ? 1 : 0), 0);
}

function assertPositive(value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ConfigError(
    'EVAL_TOP_K',
    `K, batch size and number of users: expected integers of at least 1, got ${value}`,
  );
}

/** At most `most` of the users, ascending. */
function sampleOf(users: Int32Array, most: number): Int32Array {
  if (users.length <= most) return users;
  const drawn = Rng.of(0, 'evaluated-users').permutation(users.length).subarray(0, most).sort();
  return drawn.map((at) => users[at]);
}
