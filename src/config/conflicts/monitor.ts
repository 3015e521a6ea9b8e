/** The metric that selects the best epoch must be among those that are computed. */
import type { RunConfig } from '../run-config.js';

export function monitorConflict({ training, evaluation }: RunConfig): string | undefined {
  const monitoredK = Number(training.monitor.split('@')[1]);
  if (evaluation.topK.includes(monitoredK)) return undefined;
  return `training.monitor is ${training.monitor}, but evaluation.topK is [${evaluation.topK}]; add ${monitoredK}`;
}
