/** What bench/cold-start has filed: the tasks of item-cold recall. */
import { BASELINE } from '../cold-start/models.mjs';
import { markdown } from '../cold-start/table.mjs';
import { dataOf, environmentOf, facts, latest, readJson } from './filed.mjs';

export function coldStart() {
  const file = latest('cold-start/results');
  const { graph, seeds, backend, cpu, cores, node, tasks } = readJson(file);
  return [
    '## New items',
    'Items that training never saw, beside the others. Δ is the difference of the users’ means over the seeds, with a 95 % bootstrap interval over ' +
      'users; p is of a paired t-test after Holm’s correction.',
    facts({
      command: 'node bench/cold-start/run.mjs',
      data: dataOf(graph.id),
      seeds: `${seeds} (the split is fixed)`,
      selected:
        'the cold items of validation (LightGCN: its warm ones), by ndcg@20; the values of preset features on validation, with test figures of four trials in sight',
      environment: environmentOf({ cpu, cores, node, backend: backend.name, threads: backend.threads }),
      filed: file,
      more: 'cold-start/README.md',
    }),
    markdown(tasks, BASELINE),
  ].join('\n\n');
}
