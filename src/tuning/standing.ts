/** How trials stand: which is better, and what samplers and successive halving see of them. */
import type { RungTrial } from './asha.js';
import type { SeenTrial } from './sampler.js';
import type { TrialRecord } from './study-records.js';

/** Value at the last rung that it has reached; undefined where it has none, or failed. */
export function resultOf({ state, rungs }: TrialRecord): number | undefined {
  return state === 'failed' ? undefined : rungs.at(-1)?.value;
}

/**
 * The better one first: by how far it came, then by its value there, then the earlier one; what failed, or has no value yet, last. Values
 * after different numbers of epochs don't compare.
 */
export function bestFirst(trials: readonly TrialRecord[]): TrialRecord[] {
  const heightOf = (trial: TrialRecord): number => {
    if (resultOf(trial) === undefined) return trial.state === 'failed' ? -1 : -2;
    return trial.state === 'complete' ? Number.POSITIVE_INFINITY : trial.rungs.length;
  };
  const compare = (a: TrialRecord, b: TrialRecord): number => {
    const [heightA, heightB] = [heightOf(a), heightOf(b)];
    if (heightA !== heightB) return heightB > heightA ? 1 : -1;
    return (resultOf(b) ?? 0) - (resultOf(a) ?? 0) || a.trial - b.trial;
  };
  return [...trials].sort(compare);
}

/** As samplers see them: those under way that have no value yet have no place. */
export function seenTrials(trials: readonly TrialRecord[]): SeenTrial[] {
  const order = bestFirst(trials).map(({ trial }) => trial);
  return trials.map((record) => {
    const hasResult = record.state === 'failed' || resultOf(record) !== undefined;
    return { values: record.values, ...(hasResult && { place: order.indexOf(record.trial) }) };
  });
}

/**
 * As successive halving sees them. One that ended before the last rung stands at all further ones with what it ended with; one that failed
 * stands at the rung that it was on its way to.
 */
export function rungTrials(trials: readonly TrialRecord[], numRungs: number): RungTrial[] {
  return trials.map(({ state, rungs }) => {
    const reached = rungs.map(({ value }) => value);
    const missing = numRungs - reached.length;
    if (state === 'complete') {
      return { values: [...reached, ...new Array<number>(Math.max(0, missing)).fill(reached.at(-1)!)], waits: false };
    }
    if (state === 'failed') return { values: [...reached, Number.NEGATIVE_INFINITY], waits: false };
    return { values: reached, waits: state === 'paused' };
  });
}
