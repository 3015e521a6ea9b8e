/** Picture of a study: which values went with which results. */
import { drawParallel, type ParallelAxis, type ParallelLine } from '../report/draw-parallel.js';
import type { Parameter } from './search-space.js';
import { resultOf } from './standing.js';
import type { TrialRecord } from './study-records.js';
import type { StudyReport } from './study-report.js';

/** An SVG file. It says how many trials it shows, and how many have no result yet and are left out. */
export function drawStudy({ study, trials }: StudyReport): string {
  const { graphId, preset, monitor, space, rungs } = study;
  const shown = trials.filter((trial) => trial.state === 'failed' || resultOf(trial) !== undefined);
  const open = trials.length - shown.length;
  const axes = Object.entries(space).map(([label, parameter]): ParallelAxis => ({ label, scale: scaleOf(parameter) }));
  const epochs = rungs.length > 1 ? `, rungs of ${rungs.join(', ')} epochs` : '';
  return drawParallel({
    title: `${preset} on ${graphId}`,
    caption: `${shown.length} trials${open > 0 ? ` (${open} more without a result yet)` : ''}${epochs}, ${monitor} on validation`,
    axes,
    result: monitor,
    lines: shown.map((trial) => lineOf(trial, Object.keys(space), monitor)),
  });
}

function scaleOf(parameter: Parameter): ParallelAxis['scale'] {
  if (parameter.kind === 'choice') return { choices: parameter.values };
  const { kind, low, high, log } = parameter;
  return { low, high, log, whole: kind === 'int' };
}

function lineOf(trial: TrialRecord, keys: readonly string[], monitor: string): ParallelLine {
  const result = resultOf(trial);
  const told =
    result === undefined ? 'failed' : `${monitor} ${result.toFixed(4)} after ${trial.rungs.at(-1)!.epochs} epochs`;
  const values = keys.map((key) => trial.values[key]);
  return {
    label: [`trial ${trial.trial}: ${told}`, ...keys.map((key, i) => `${key} ${values[i]}`)].join('\n'),
    values,
    ...(result !== undefined && { result }),
    partial: trial.state !== 'complete' && trial.state !== 'failed',
  };
}
