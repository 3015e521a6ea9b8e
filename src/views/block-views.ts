/**
 * Views for passes over sampled blocks: instead of a new adjacency, the rule by which edges or nodes leave, which a
 * block applies to the entries it holds. Views that need the whole graph have none.
 */
import { drawCounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import type { BlockDropout } from '../ops/index.js';
import type { ViewName, ViewOptions } from './registry.js';
import type { LayerNoise } from './view.js';

export interface BlockView {
  readonly dropout?: BlockDropout;
  readonly noise?: LayerNoise;
}

type OptionsOf<Name extends ViewName> = Extract<ViewOptions, { name: Name }>;

const BLOCK_VIEWS: {
  readonly [Name in ViewName]?: (options: OptionsOf<Name>, numLayers: number, rng: Rng) => BlockView;
} = Object.freeze({
  identity: () => ({}),
  'edge-dropout': ({ dropProbability }, _numLayers, rng) => ({
    dropout: { of: 'edges', probability: dropProbability, key: drawCounterKey(rng) },
  }),
  'node-dropout': ({ dropProbability }, _numLayers, rng) => ({
    dropout: { of: 'nodes', probability: dropProbability, key: drawCounterKey(rng) },
  }),
  'embedding-noise': ({ magnitude }, numLayers, rng) => ({
    noise: { magnitude, keys: Array.from({ length: Math.max(1, numLayers) }, () => drawCounterKey(rng)) },
  }),
});

/** Names of the views that can be drawn for sampled blocks. */
export const BLOCK_VIEW_NAMES = Object.keys(BLOCK_VIEWS) as ViewName[];

/** @param options of one of BLOCK_VIEW_NAMES @param numLayers layers that the encoder runs */
export function drawBlockView(options: ViewOptions, numLayers: number, rng: Rng): BlockView {
  // the union and the table have the same keys, which the type system can't follow through the index
  const draw = BLOCK_VIEWS[options.name] as (options: ViewOptions, numLayers: number, rng: Rng) => BlockView;
  return draw(options, numLayers, rng);
}
