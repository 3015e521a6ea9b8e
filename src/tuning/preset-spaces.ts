/**
 * What is tried where no space is given: of each preset the few keys that its figures hang on most. Ranges reach from where a value does harm
 * on one side to where it does on the other, as the studies have it (bench/experiments) or, for the weights of losses, as the papers' own
 * searches do. Both views of a pair would have to change together, so what they drop is not among the keys.
 */
import { ConfigError } from '../core/errors.js';
import type { Parameter, SearchSpace } from './search-space.js';

const float = (low: number, high: number): Parameter => ({ kind: 'float', low, high, log: false });
const logFloat = (low: number, high: number): Parameter => ({ kind: 'float', low, high, log: true });
const int = (low: number, high: number): Parameter => ({ kind: 'int', low, high, log: false });

const RATE = { 'training.learningRate': logFloat(5e-4, 0.02) };
const LAYERS = { 'encoder.numLayers': int(1, 4) };
const SOFTMAX = { ...RATE, 'losses.main.temperature': logFloat(0.05, 1) };
const L2 = { 'losses.l2.weight': logFloat(1e-6, 1e-2) };
const CONTRAST = {
  'losses.contrastive.weight': logFloat(5e-3, 1),
  'losses.contrastive.temperature': logFloat(0.05, 1),
};
const PROTOTYPES = { 'losses.prototypes.weight': logFloat(5e-3, 1) };

export const PRESET_SPACES: Readonly<Record<string, SearchSpace>> = Object.freeze({
  'item-knn': {
    'ranker.numNeighbors': { kind: 'int', low: 10, high: 1000, log: true },
    'ranker.shrink': float(0, 100),
    'ranker.unitUsers': { kind: 'choice', values: [false, true] },
  },
  'graph-filter': { 'ranker.rank': { kind: 'int', low: 8, high: 512, log: true } },
  ease: {
    'ranker.rank': { kind: 'int', low: 8, high: 512, log: true },
    'ranker.regularization': { kind: 'float', low: 1, high: 5000, log: true },
  },
  'two-tower': SOFTMAX,
  'lightgcn-bpr': { ...RATE, ...LAYERS, ...L2 },
  lightgcn: { ...SOFTMAX, ...LAYERS },
  sgl: { ...RATE, ...L2, ...CONTRAST },
  simgcl: { ...RATE, ...L2, ...CONTRAST },
  xsimgcl: { ...RATE, ...L2, ...CONTRAST, 'views.first.magnitude': logFloat(0.02, 0.5) },
  directau: {
    ...RATE,
    'losses.main.gamma': logFloat(0.2, 10),
    'training.weightDecay': logFloat(1e-8, 1e-4),
  },
  history: { ...SOFTMAX, 'encoder.numLayers': int(1, 3) },
  features: {
    ...SOFTMAX,
    'losses.features.weight': logFloat(0.05, 5),
    'coldStart.idDropout': float(0.1, 0.9),
    'coldStart.alignment.weight': logFloat(0.01, 1),
  },
  swav: { ...SOFTMAX, ...PROTOTYPES },
  'joint-one-pass': { ...SOFTMAX, ...CONTRAST, ...PROTOTYPES },
  joint: { ...SOFTMAX, ...CONTRAST, ...PROTOTYPES },
} satisfies Record<string, SearchSpace>);

/** @throws ConfigError `TUNE_NO_SPACE` for a preset that has nothing to be tuned by default */
export function presetSpaceOf(preset: string): SearchSpace {
  if (Object.hasOwn(PRESET_SPACES, preset)) return PRESET_SPACES[preset];
  const message = `preset ${preset} has no space of its own (${Object.keys(PRESET_SPACES).join(', ')} have); give one with --space FILE`;
  throw new ConfigError('TUNE_NO_SPACE', message);
}
