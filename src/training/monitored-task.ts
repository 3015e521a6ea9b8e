/** A run can only be selected by a task that its validation pairs ask. */
import type { RunConfig } from '../config/run-config.js';
import { ConfigError } from '../core/errors.js';
import { monitoredOf, questionsOf } from '../evaluation/index.js';
import { itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { heldOutFor } from '../runs/held-out.js';

/**
 * @param graph what is fitted to; without validation pairs there is no selection, and any monitor will do
 * @throws ConfigError `CONFIG_MONITOR` that names the tasks there are
 */
export function refuseAbsentTask({ training }: RunConfig, graph: StoredGraph): void {
  const { relevant } = heldOutFor(graph, 'valid');
  if (relevant.values.length === 0) return;
  const { task } = monitoredOf(training.monitor);
  const there = questionsOf({
    relevant,
    itemDegrees: itemDegrees(graph.train),
    userDegrees: userDegrees(graph.train),
    foldIn: graph.foldIn,
  }).map((question) => question.task);
  if (there.includes(task)) return;
  throw new ConfigError(
    'CONFIG_MONITOR',
    `training.monitor is ${training.monitor}, but the validation pairs of graph ${graph.manifest.id} have no task ` +
      `"${task}": there is ${there.join(', ')}`,
  );
}
