/**
 * Which settings are tried on a data set: a preset and a few keys each, by rules over its facts. What evidence there is for each rule
 * stands in docs/how-to/choose-a-preset.md.
 */
import type { ConfigObject } from '../../core/strict-config.js';
import { mergeLayers } from '../../core/strict-config.js';
import type { DataFacts } from './data-facts.js';

export interface Candidate {
  /** What tells it from the others, in words. */
  readonly name: string;
  readonly preset: string;
  /** Laid over the preset, under what the user gives. */
  readonly config: ConfigObject;
}

/** Under so many pairs an epoch of 2048 a step has too few steps. */
const SMALL_LOG = 100_000;
/** Under so many pairs a user the graph says more of it than its own pairs do. */
const FEW_PAIRS = 10;
/** From this share of validation pairs on, cold items are part of what is asked. */
const COLD_SHARE = 0.02;

/** In the order in which ties are decided. */
export function candidatesFor(facts: DataFacts): Candidate[] {
  const base: ConfigObject = {
    training: {
      learningRate: 0.005,
      patience: 5,
      ...(facts.pairs < SMALL_LOG && { batchSize: 1024 }),
    },
  };
  const at = (preset: string, temperature: number, more: ConfigObject = {}): Candidate => ({
    name: `${preset} at temperature ${temperature}`,
    preset,
    config: mergeLayers(base, { losses: { main: { temperature } } }, more),
  });
  const layers = { encoder: { numLayers: 2 } };
  const temperatures = facts.pairsPerUser < FEW_PAIRS ? [0.1, 0.15, 0.25] : [0.15, 0.25, 0.4];
  const candidates = temperatures.flatMap((temperature) => [
    at('joint-one-pass', temperature),
    at('lightgcn', temperature, layers),
    at('two-tower', temperature),
  ]);
  return facts.hasItemFields && facts.coldShare >= COLD_SHARE
    ? [{ name: 'features', preset: 'features', config: {} }, ...candidates]
    : candidates;
}
