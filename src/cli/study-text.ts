/** A study as people read it: its trials, the best first, and what to do with the best one. */
import type { StudyReport, TrialRecord } from '../index.js';
import type { Api } from './command-line.js';
import { type Cell, table, wrapped } from './table.js';

/** Trials in the table: `--json` has all. */
const SHOWN = 10;

/** stopped: under way, and its process is gone. */
type ShownState = TrialRecord['state'] | 'stopped';

export function studyText(api: Api, { folder, study, trials, left, best }: StudyReport): string {
  const stateOf = ({ trial, state }: TrialRecord): ShownState => (left.includes(trial) ? 'stopped' : state);
  const states: ShownState[] = ['complete', 'paused', 'running', 'stopped', 'failed'];
  const counts = states.flatMap((state) => {
    const count = trials.filter((trial) => stateOf(trial) === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const head = [`study ${folder}`, `  ${trials.length} of ${study.trials} trials: ${counts.join(', ') || 'none yet'}`];
  if (best === undefined) return head.join('\n');
  const { trial, value, epochs, values } = best;
  const more = trials.length > SHOWN ? [`… ${trials.length - SHOWN} more: --json has them all`] : [];
  const sets = api.assignmentsOf(values).map((assignment) => `--set ${quoted(assignment)}`);
  const note = best.complete
    ? []
    : wrapped('note: no trial was trained to its end; more trials, or a smaller --reduction, take one there', 80);
  return [
    ...head,
    '',
    trialsTable(study.monitor, trials.slice(0, SHOWN), stateOf),
    ...more,
    '',
    `best: trial ${trial}, ${study.monitor} ${value.toFixed(4)} on validation after ${epochs} epochs`,
    ...sets.map((set) => `  ${set}`),
    ...note,
  ].join('\n');
}

/** What comes after a study: the graph as the study has it. */
export function nextSteps({ folder, study: { preset }, best }: StudyReport, graph: string): string[] {
  if (best === undefined) return [];
  return [
    `next: twinlight train ${graph} --preset ${preset} --config ${folder}/best.yaml`,
    `      twinlight evaluate ${best.run}   # test, once all is chosen`,
    `      twinlight draw ${folder}`,
  ];
}

function trialsTable(
  monitor: string,
  trials: readonly TrialRecord[],
  stateOf: (trial: TrialRecord) => ShownState,
): string {
  const keys = Object.keys(trials[0].values);
  const rows = trials.map((trial): Cell[] => {
    const last = trial.state === 'failed' ? undefined : trial.rungs.at(-1);
    return [
      String(trial.trial),
      last?.value.toFixed(4),
      last === undefined ? undefined : String(last.epochs),
      stateOf(trial),
      ...keys.map((key) => short(trial.values[key])),
    ];
  });
  return table(['trial', monitor, 'epochs', 'state', ...shortNames(keys)], rows);
}

const short = (value: string | number | boolean): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);

/** As few of the last parts of each key as tell it from the others. */
function shortNames(keys: readonly string[]): string[] {
  return keys.map((key) => {
    const parts = key.split('.');
    const tails = parts.map((_, i) => parts.slice(parts.length - 1 - i).join('.'));
    const isOwn = (tail: string): boolean => keys.filter((each) => `.${each}`.endsWith(`.${tail}`)).length === 1;
    return tails.find(isOwn) ?? key;
  });
}

/** For a shell, where it needs to be. */
const quoted = (text: string): string => (/^[\w.=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
