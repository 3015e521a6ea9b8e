/**
 * A planted world seen through the log of a recommender: what an old system recalled, cut, showed, and what people made of
 * it. Truth is the planted world's (tastes, popularity, release) plus two things that practice knows: a city that users
 * and items belong to, and tastes that drift by default. At time s (0 … 1 of the year)
 *
 *   log w(u, i, s) = sharpness · share_u(taste of i, s) + locality · [same city] + log popularity(i, s).
 *
 * At some instants a user looks for itself and takes an item with probability ∝ w. At all others the old system answers:
 * recall takes the items of highest popularity at that time and noise, with a hint of taste; the coarse and the fine
 * ranker score with less and less noise around log w and cut what they rank low; the rest is shown. Of what is shown the
 * user takes an item with a probability that grows with w, turns some down explicitly, and ignores the others.
 */
import { ConfigError } from '../../core/errors.js';
import { Rng } from '../../core/rng.js';
import type { FeatureTable } from '../feature-table.js';
import { EVENT_CODES, type InteractionSet } from '../interaction-set.js';
import { checkPlantedOptions, PLANTED_DEFAULTS, type PlantedOptions } from './planted-options.js';
import { logPopularityAt } from './planted-popularity.js';
import { tastesAt } from './planted-tastes.js';
import type { PlantedTruth } from './planted-truth.js';
import { createPlantedWorld, type PlantedWorld } from './planted-world.js';

export interface ExposureOptions extends PlantedOptions {
  readonly numCities: number;
  /** What the same city adds to log w. 0: cities mean nothing. Large: nobody takes anything from elsewhere. */
  readonly locality: number;
  /** Instants at which a user looks for itself. 0: the log knows only what the old system showed. */
  readonly organicShare: number;
  /** Items left after recall, after the coarse ranker, after the fine one (shown). */
  readonly stages: readonly [recalled: number, coarse: number, shown: number];
  /** Probability that an ignored item outside the user's tastes is turned down explicitly. */
  readonly rejectRate: number;
}

export const EXPOSURE_DEFAULTS: ExposureOptions = Object.freeze({
  ...PLANTED_DEFAULTS,
  numCities: 6,
  locality: 1,
  drift: 0.4,
  organicShare: 0.4,
  stages: Object.freeze([40, 16, 6] as const),
  rejectRate: 0.1,
});

export interface ExposureTruth extends PlantedTruth {
  /** City of each user, `[numUsers]`, and item, `[numItems]`. */
  readonly userCity: Int32Array;
  readonly itemCity: Int32Array;
}

export interface ExposureWorld {
  readonly options: ExposureOptions;
  /** In the order of time, with an event column and features that have `city`. */
  readonly interactions: InteractionSet;
  readonly truth: ExposureTruth;
}

/** Spread of the scores of recall, coarse and fine ranker around what they estimate. */
const NOISE = Object.freeze({ recall: 1.5, coarse: 1.2, fine: 0.6 });
/** How much of the taste the old recall sees. */
const RECALL_TASTE = 0.3;
/** Highest probability of taking a shown item. */
const MOST_CLICKS = 0.5;

/** @throws ConfigError `CONFIG_PLANTED` for sizes that do not fit together */
export function createExposureWorld(partial: Partial<ExposureOptions> = {}): ExposureWorld {
  const options = { ...EXPOSURE_DEFAULTS, ...partial };
  checkPlantedOptions(options);
  const [recalled, coarse, shown] = options.stages;
  if (!(recalled > coarse && coarse > shown && shown > 0 && recalled <= options.numItems)) {
    throw new ConfigError(
      'CONFIG_PLANTED',
      `stages: expected numItems ≥ recalled > coarse > shown > 0, got ${options.stages}`,
    );
  }
  // only who comes when is taken from it, which drifts do not change
  const world = createPlantedWorld({ ...options, drift: 0, popularityDrift: 0 });
  const rng = Rng.of(options.seed, 'exposure', 'cities');
  const city = (count: number): Int32Array => Int32Array.from({ length: count }, () => rng.integer(options.numCities));
  const truth = { ...world.truth, userCity: city(options.numUsers), itemCity: city(options.numItems) };
  return { options, truth, interactions: drawLog(options, truth, world) };
}

/**
 * True log weights of all items for a user at the part `at` (0 … 1) of the year, `[numItems]`: ranking by them is the best
 * there is for what the user would take if it could see everything.
 */
export function exposureOracleScores(
  { options, truth }: ExposureWorld,
  userIndex: number,
  { at = 1 } = {},
): Float32Array {
  const { numItems, sharpness, locality } = options;
  const shares = tastesAt(options, truth, { userIndex, at });
  const popularity = logPopularityAt(options, truth, at);
  return Float32Array.from({ length: numItems }, (_, item) => {
    const near = truth.itemCity[item] === truth.userCity[userIndex] ? locality : 0;
    return sharpness * shares[truth.itemTaste[item]] + near + popularity[item];
  });
}

type Row = { user: number; item: number; time: number; event: number };

/** One session an interaction of the plain world, at its instant: so activity and times are the same. */
function drawLog(options: ExposureOptions, truth: ExposureTruth, world: PlantedWorld): InteractionSet {
  const { userIndex, timestamp, users, items } = world.interactions;
  const begin = timestamp!.reduce((a, b) => Math.min(a, b));
  const duration = timestamp!.reduce((a, b) => Math.max(a, b)) - begin || 1;
  const rows: Row[] = [];
  const sessionsOf = Array.from({ length: options.numUsers }, (): number[] => []);
  for (let row = 0; row < userIndex.length; row++) sessionsOf[userIndex[row]].push(timestamp![row]);
  for (const [user, times] of sessionsOf.entries()) {
    const rng = Rng.of(options.seed, 'exposure', 'user', user);
    const taken = new Set<number>();
    for (const time of times.sort((a, b) => a - b)) {
      const at = (time - begin) / duration;
      const scores = exposureOracleScores({ options, truth, interactions: world.interactions }, user, { at });
      const there = Int32Array.from(scores.keys()).filter(
        (item) => truth.itemRelease[item] <= time - begin && !taken.has(item),
      );
      const session =
        rng.uniform() < options.organicShare
          ? [{ item: pick(scores, there, rng), event: EVENT_CODES.positive }]
          : answered(options, truth, user, at, scores, there, rng);
      for (const { item, event } of session) {
        if (event === EVENT_CODES.positive) taken.add(item);
        rows.push({ user, item, time, event });
      }
    }
  }
  rows.sort((a, b) => a.time - b.time || a.user - b.user);
  const cityColumn = (codes: Int32Array) =>
    ({ kind: 'categorical', codes, values: Array.from({ length: options.numCities }, (_, i) => `city${i}`) }) as const;
  const withCity = (table: FeatureTable | undefined, codes: Int32Array): FeatureTable => ({
    numRows: codes.length,
    columns: { ...table?.columns, city: cityColumn(codes) },
  });
  return {
    users,
    items,
    userIndex: Int32Array.from(rows, ({ user }) => user),
    itemIndex: Int32Array.from(rows, ({ item }) => item),
    timestamp: Float64Array.from(rows, ({ time }) => time),
    event: Uint8Array.from(rows, ({ event }) => event),
    userFeatures: withCity(world.interactions.userFeatures, truth.userCity),
    itemFeatures: withCity(world.interactions.itemFeatures, truth.itemCity),
  };
}

/** What the old system makes of a visit. @param there items that can be recalled, ascending */
function answered(
  options: ExposureOptions,
  truth: ExposureTruth,
  user: number,
  at: number,
  scores: Float32Array,
  there: Int32Array,
  rng: Rng,
): { item: number; event: number }[] {
  const { stages, rejectRate, numTastes } = options;
  const { userTastes, itemTaste } = truth;
  const popularity = logPopularityAt(options, truth, at);
  const [numRecalled, numCoarse, numShown] = stages;
  const best = (list: ArrayLike<number>, count: number, of: (item: number) => number): number[] =>
    Array.from(list, (item) => ({ item, score: of(item) }))
      .sort((a, b) => b.score - a.score || a.item - b.item)
      .slice(0, count)
      .map(({ item }) => item);
  const recalled = best(
    there,
    numRecalled,
    (item) => RECALL_TASTE * scores[item] + (1 - RECALL_TASTE) * popularity[item] + NOISE.recall * rng.normal(),
  );
  const coarse = best(recalled, numCoarse, (item) => scores[item] + NOISE.coarse * rng.normal());
  const shown = best(coarse, numShown, (item) => scores[item] + NOISE.fine * rng.normal());
  const cut = (from: number[], kept: number[], event: number) =>
    from.filter((item) => !kept.includes(item)).map((item) => ({ item, event }));
  // one in twenty items of the catalogue is as good as an item gets
  const good = Float32Array.from(scores).sort()[Math.floor(0.95 * (scores.length - 1))];
  const seen = shown.map((item) => {
    if (rng.uniform() < MOST_CLICKS * Math.min(1, Math.exp(scores[item] - good)))
      return { item, event: EVENT_CODES.positive };
    const foreign = userTastes[user * numTastes + itemTaste[item]] === 0;
    return { item, event: foreign && rng.uniform() < rejectRate ? EVENT_CODES.rejected : EVENT_CODES.exposed };
  });
  return [...seen, ...cut(coarse, shown, EVENT_CODES.cutByFine), ...cut(recalled, coarse, EVENT_CODES.cutByCoarse)];
}

/** One of `there`, with probability ∝ exp(score). */
function pick(scores: Float32Array, there: Int32Array, rng: Rng): number {
  const weights = Float64Array.from(there, (item) => Math.exp(scores[item]));
  let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  let at = 0;
  while (at < there.length - 1 && left >= weights[at]) left -= weights[at++];
  return there[at];
}
