/** The main loss of a step, and an auxiliary one, which differs in its negatives alone. */
import * as tf from '@tensorflow/tfjs';
import type { ActiveMainLoss, MainLossInput } from '../../losses/index.js';
import type { Candidates } from '../../negatives/index.js';
import { type GatheredFrom, gatherRows } from './main-loss-rows.js';
import { NegativeProbe } from './negative-probe.js';
import type { PartValue } from './part.js';
import { atStep, type PartTemperature } from './temperatures.js';

interface MainPartInput extends GatheredFrom {
  readonly temperature: PartTemperature;
  /** Whether to keep what a report on the negative sources needs. */
  readonly probing?: boolean;
}

export function mainPart(name: 'main' | 'auxiliary', loss: ActiveMainLoss, from: MainPartInput): PartValue {
  const { row, options } = loss;
  const { temperature, probing } = from;
  const { input, candidates } = gatherRows(options.similarity, from);
  const probe = probing && candidates ? probeOf(loss, temperature, input, candidates) : undefined;
  return {
    name,
    weight: options.weight,
    loss: row.compute(input, atStep(options, temperature)),
    readings: temperature.readings,
    probe,
  };
}

/** Keeps the temperature's tensor, which would be gone when the probe is read. */
function probeOf(
  { row, options }: ActiveMainLoss,
  { value }: PartTemperature,
  input: MainLossInput,
  candidates: Candidates,
): NegativeProbe {
  const kept = typeof value === 'object' ? tf.keep(tf.clone(value)) : undefined;
  const probed = atStep(options, { value: kept ?? value });
  return new NegativeProbe(input, candidates, (of) => row.compute(of, probed), kept ? [kept] : []);
}
