/** Runs as people read them: a line each, and what can't be read below. */
import type { RunList } from '../index.js';
import { table } from './table.js';

export function runListText(folder: string, { runs, unreadable }: RunList): string {
  const problems = unreadable.map(({ folder: other, problem }) => `${other} can't be read: ${problem}`);
  if (runs.length === 0) return [`no runs in ${folder}; make one with twinlight train`, ...problems].join('\n');
  const columns = [
    'run',
    { title: 'preset', align: 'left' },
    { title: 'graph', align: 'left' },
    { title: 'state', align: 'left' },
    'epochs',
    'selected',
    { title: 'metric', align: 'left' },
    'valid',
    'test',
    'changed (UTC)',
  ] as const;
  const rows = runs.map((run) => [
    run.folder,
    run.preset,
    run.graph,
    run.refitted ? `${run.state}, refitted` : run.state,
    run.epochs,
    run.bestEpoch > 0 ? run.bestEpoch : undefined,
    run.monitor,
    run.valid?.toFixed(4),
    run.test?.toFixed(4),
    run.changed.slice(0, 16).replace('T', ' '),
  ]);
  return [table(columns, rows), ...(problems.length > 0 ? ['', ...problems] : [])].join('\n');
}
