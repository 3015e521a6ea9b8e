/** The options of propagations that have layers. */
import { z } from 'zod';
import { layerCombinationProblem, layerCombinationSchema } from './layer-weights.js';

/** Most hops that messages go, the one of the rows included: `training.fanOut` has a default for so many. */
export const MAX_HOPS = 4;

export const numLayersSchema = z.number().int().min(0).max(MAX_HOPS).default(3);

export const layerOptions = {
  numLayers: numLayersSchema.describe(
    'hops after layer 0. 0 is layer 0 alone; too many make all embeddings alike (over-smoothing) and cost a pass each',
  ),
  layerCombination: layerCombinationSchema,
};

interface LayerOptions {
  readonly numLayers: number;
  readonly layerCombination: z.infer<typeof layerCombinationSchema>;
}

/** Refuses a combination that does not fit the number of layers. */
export function checkLayers({ numLayers, layerCombination }: LayerOptions, context: z.RefinementCtx): void {
  const message = layerCombinationProblem(layerCombination, numLayers);
  if (message) context.addIssue({ code: 'custom', path: ['layerCombination'], message });
}

/** Whether the final embedding has a part that is heard from neighbours. */
export function hearsNeighbours({ numLayers, layerCombination }: LayerOptions): boolean {
  const onlyFirst = Array.isArray(layerCombination) && layerCombination.slice(1).every((weight) => weight === 0);
  return numLayers > 0 && !onlyFirst;
}
