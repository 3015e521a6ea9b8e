/** The metric that selects the best epoch must be among those that are computed. */
import { monitoredOf } from '../../evaluation/index.js';
import type { RunConfig } from '../run-config.js';

export function monitorConflict({ training, evaluation }: RunConfig): string | undefined {
  const { k: monitoredK } = monitoredOf(training.monitor);
  if (evaluation.topK.includes(monitoredK)) return undefined;
  return `training.monitor is ${training.monitor}, but evaluation.topK is [${evaluation.topK}]; add ${monitoredK}`;
}
