/** The three kinds of metric, by what they look at. */

/** Of one user's list; the reported value is the mean over the evaluated users. */
interface ListMetric {
  readonly kind: 'list';
  readonly higherIsBetter: boolean;
  /**
   * @param hits 1 where the ranked item is relevant, best first, `[≥ start + k]`
   * @param k places of the list: the K, or all items where that is more
   * @param numRelevant held-out items of the user, at least 1
   * @param start where the user's list begins in `hits`
   * @param wanted the K as it was asked for; default k
   */
  readonly ofList: (hits: Uint8Array, k: number, numRelevant: number, start?: number, wanted?: number) => number;
}

/** Of one user's full ranking, without a K. */
interface RankMetric {
  readonly kind: 'rank';
  readonly higherIsBetter: boolean;
}

/** What was recommended, to everyone together. */
export interface Exposure {
  /** How often each item was in a top-K list, `[numItems]`. */
  readonly counts: Int32Array;
  /** Training interactions of each item, `[numItems]`. */
  readonly itemDegrees: Int32Array;
}

/** Of all lists together: what the recommendations are like, whether or not they hit. */
interface ExposureMetric {
  readonly kind: 'exposure';
  readonly higherIsBetter: boolean;
  readonly ofExposure: (exposure: Exposure) => number;
}

export type Metric = ListMetric | RankMetric | ExposureMetric;

/** What a metric from outside may be: those of full rankings have no function of their own. */
type OwnMetric = ListMetric | ExposureMetric;

/** Metrics beside the registry's, by name: the key in a report is `<name>@<K>`. */
export type OwnMetrics = Readonly<Record<string, OwnMetric>>;

/** A metric with its arguments typed by its kind. */
export function defineMetric<Own extends OwnMetric>(metric: Own): Own {
  return metric;
}
