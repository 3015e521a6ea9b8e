/**
 * Projection head of SimCLR (Chen et al. 2020, arXiv 2002.05709, section 4.2): the contrastive loss sees g(z), not z, and g
 * is thrown away afterwards, so that z may keep what the contrast would have it forget. Linear, or a perceptron with ReLU
 * between its layers; one head for both views and both sides. No bias in the last layer: nodes without edges, whose rows
 * are zero, stay zero, where the direction of a bias alone would get a huge gradient. Deviation: no batch normalisation.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { Rng } from '../../core/rng.js';

const outputDim = z
  .number()
  .int()
  .min(1)
  .max(4096)
  .default(64)
  .describe('length of what the contrastive loss compares. Too small: it is asked of too few directions');

export const projectionHeadSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('none') }),
  z.strictObject({ name: z.literal('linear'), outputDim }),
  z.strictObject({
    name: z.literal('mlp'),
    numLayers: z.number().int().min(2).max(3).default(2).describe('linear layers, with ReLU between them'),
    hiddenDim: z.number().int().min(1).max(4096).default(64).describe('length between the layers'),
    outputDim,
  }),
]);
export type ProjectionHeadOptions = z.infer<typeof projectionHeadSchema>;

export interface ProjectionHead {
  /** Trainable parameters by name. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  /** `[numRows, embeddingDim]` → `[numRows, outputDim]`. */
  project(rows: tf.Tensor2D): tf.Tensor2D;
}

/** @returns undefined for `none`, and for a loss without such an option */
export function createProjectionHead(
  options: ProjectionHeadOptions | undefined,
  embeddingDim: number,
  seed: number,
  prefix = 'projectionHead',
): ProjectionHead | undefined {
  if (options === undefined || options.name === 'none') return undefined;
  const hidden = options.name === 'mlp' ? new Array<number>(options.numLayers - 1).fill(options.hiddenDim) : [];
  const sizes = [embeddingDim, ...hidden, options.outputDim];
  const layers = sizes.slice(1).map((outputs, layer) => {
    const inputs = sizes[layer];
    const rng = Rng.of(seed, 'init', prefix === 'projectionHead' ? 'projection-head' : prefix, layer);
    const limit = Math.sqrt(6 / (inputs + outputs)); // Xavier uniform
    const values = Float32Array.from({ length: inputs * outputs }, () => limit * (2 * rng.uniform() - 1));
    return {
      weights: tf.tidy(() => tf.variable(tf.tensor2d(values, [inputs, outputs]))),
      bias: layer < sizes.length - 2 ? tf.tidy(() => tf.variable(tf.zeros([1, outputs]))) : undefined,
    };
  });
  return {
    variables: Object.fromEntries(
      layers.flatMap(({ weights, bias }, layer) => [
        [`${prefix}/${layer}/weights`, weights] as const,
        ...(bias ? [[`${prefix}/${layer}/bias`, bias] as const] : []),
      ]),
    ),
    project: (rows) =>
      layers.reduce<tf.Tensor2D>((input, { weights, bias }) => {
        const output: tf.Tensor2D = tf.matMul(input, weights as unknown as tf.Tensor2D);
        return bias ? tf.relu(tf.add(output, bias) as tf.Tensor2D) : output;
      }, rows),
  };
}
