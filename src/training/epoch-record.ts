/** The line of `metrics.jsonl` that an epoch ends with. */
import type { Encoder } from '../encoders/index.js';
import { TEMPERATURE_NAMES } from '../objective/parts/temperatures.js';
import type { LossParts } from '../objective/step/step-result.js';
import type { EpochRecord } from '../runs/report.js';
import type { ResumeState } from '../runs/run-folder.js';
import type { Validation } from './validation.js';

interface EpochFacts {
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
  const { codeImbalance, ...named }: Record<string, number> = Object.fromEntries(means);
  const isTemperature = (name: string): boolean => (Object.values(TEMPERATURE_NAMES) as string[]).includes(name);
  const losses = Object.fromEntries(Object.entries(named).filter(([name]) => !isTemperature(name)));
  const temperatures = Object.fromEntries(Object.entries(named).filter(([name]) => isTemperature(name)));
  return {
    epoch,
    step,
    learningRate,
    losses,
    ...(codeImbalance !== undefined && { codeImbalance }),
    ...temperatures,
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

/** What the progress bar says beside the steps. @param times milliseconds of the steps so far */
export function describeStep(epoch: number, epochs: number, times: readonly number[], parts: LossParts): string {
  const names = ['main', 'auxiliary', 'contrastive', 'prototypes'] as const;
  const losses = names.filter((name) => parts[name] !== undefined).map((name) => `${name} ${parts[name]!.toFixed(3)}`);
  return `epoch ${epoch}/${epochs}  ${median(times.slice(-20)).toFixed(0)} ms/step  ${losses.join('  ')}`;
}
