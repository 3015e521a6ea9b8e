/** Every metric by name. `<name>@<K>` is its key in a report; rank metrics have no K. */

import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { averagePopularity } from './average-popularity.js';
import { coverage } from './coverage.js';
import { gini } from './gini.js';
import { hitRateAtK } from './hit-rate-at-k.js';
import { hubness } from './hubness.js';
import { mapAtK } from './map-at-k.js';
import type { Metric, OwnMetrics } from './metric.js';
import { mrrAtK } from './mrr-at-k.js';
import { ndcgAtK } from './ndcg-at-k.js';
import { novelty } from './novelty.js';
import { precisionAtK } from './precision-at-k.js';
import { recallAtK } from './recall-at-k.js';

export const METRICS = Object.freeze({
  recall: { kind: 'list', higherIsBetter: true, ofList: recallAtK },
  precision: { kind: 'list', higherIsBetter: true, ofList: precisionAtK },
  ndcg: { kind: 'list', higherIsBetter: true, ofList: ndcgAtK },
  hitRate: { kind: 'list', higherIsBetter: true, ofList: hitRateAtK },
  mrr: { kind: 'list', higherIsBetter: true, ofList: mrrAtK },
  map: { kind: 'list', higherIsBetter: true, ofList: mapAtK },
  /** Mean position of the relevant items in the full ranking. */
  meanRank: { kind: 'rank', higherIsBetter: false },
  coverage: { kind: 'exposure', higherIsBetter: true, ofExposure: coverage },
  gini: { kind: 'exposure', higherIsBetter: false, ofExposure: gini },
  hubness: { kind: 'exposure', higherIsBetter: false, ofExposure: hubness },
  novelty: { kind: 'exposure', higherIsBetter: true, ofExposure: novelty },
  averagePopularity: { kind: 'exposure', higherIsBetter: false, ofExposure: averagePopularity },
} as const satisfies Record<string, Metric>);

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** All but the ones that need every user's full ranking, which costs a second pass over all scores or a sort. */
export const DEFAULT_METRICS: readonly MetricName[] = METRIC_NAMES.filter((name) => METRICS[name].kind !== 'rank');

/** @throws ConfigError `EVAL_UNKNOWN_METRIC` that lists the names */
export function metricByName(name: string): Metric {
  const metric = ownValue<Metric>(METRICS, name);
  if (metric === undefined) {
    throw new ConfigError(
      'EVAL_UNKNOWN_METRIC',
      `unknown metric "${name}"${didYouMean(name, METRIC_NAMES)}; known: ${METRIC_NAMES.join(', ')}`,
    );
  }
  return metric;
}

/** Names of the metrics that an epoch can be chosen by: of lists, and the more the better. */
export function monitorableMetrics(own: OwnMetrics = {}): string[] {
  return Object.entries<Metric>({ ...METRICS, ...own })
    .filter(([, { kind, higherIsBetter: higher }]) => kind === 'list' && higher)
    .map(([name]) => name);
}

/** Whether more of a report key (`recall@20`, `meanRank`) is better. @param own metrics beside the registry's */
export function higherIsBetter(key: string, own: OwnMetrics = {}): boolean {
  const name = key.replace(/@\d+$/, '');
  return (ownValue<Metric>(own, name) ?? metricByName(name)).higherIsBetter;
}
