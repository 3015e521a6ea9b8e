/** The line of `metrics.jsonl` that an epoch ends with. */
import type { Encoder } from '../encoders/index.js';
import type { EpochRecord } from './report.js';
import type { ResumeState } from './run-folder.js';
import type { Validation } from './validation.js';

export interface EpochFacts {
  readonly state: ResumeState;
  readonly learningRate: number;
  /** Milliseconds of the epoch's steps that this process made. */
  readonly times: readonly number[];
  readonly encoder: Encoder;
  /** Absent where none was due. */
  readonly validation?: Validation;
}

export async function epochRecord({
  state,
  learningRate,
  times,
  encoder,
  validation,
}: EpochFacts): Promise<EpochRecord> {
  const { epoch, step, batchesDone, partSums, negatives } = state;
  await encoder.variables.layerWeights?.data();
  const means = Object.entries(partSums).map(([name, sum]) => [name, sum / batchesDone]);
  const { codeImbalance, temperature, ...losses }: Record<string, number> = Object.fromEntries(means);
  return {
    epoch,
    step,
    learningRate,
    losses,
    ...(codeImbalance !== undefined && { codeImbalance }),
    ...(temperature !== undefined && { temperature }),
    ...(encoder.variables.layerWeights && { layerWeights: encoder.layerWeights() }),
    ...(negatives && { negatives }),
    stepMs: median(times),
    ...validation?.record,
  };
}

/** 0 of no numbers. */
export function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : [...values].sort((a, b) => a - b)[values.length >> 1];
}
