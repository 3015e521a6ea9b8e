/** Prototypes that are trained with everything else: a variable a side. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../core/rng.js';
import type { Side } from '../core/side.js';
import type { PrototypePlan } from '../losses/index.js';
import { l2Normalize, valuesOf } from '../ops/index.js';
import type { PrototypeSet } from '../runs/trained-run.js';

export const SIDES: readonly Side[] = Object.freeze(['user', 'item']);

/** Its name among the model's variables, and in `best.state`. */
export const prototypeName = (side: Side) => `${side}Prototypes` as const;

/** `userPrototypes` and `itemPrototypes`, as far as there are any: random directions, unit length, `[count, embeddingDim]`. */
export function createPrototypes(
  { numUserPrototypes, numItemPrototypes }: PrototypePlan,
  { embeddingDim, seed }: { readonly embeddingDim: number; readonly seed: number },
): Record<string, tf.Variable> {
  const counts = { user: numUserPrototypes, item: numItemPrototypes };
  const variables: Record<string, tf.Variable> = {};
  for (const side of SIDES) {
    const count = counts[side];
    if (count === undefined) continue;
    const rng = Rng.of(seed, 'init', 'prototypes', side);
    const values = Float32Array.from({ length: count * embeddingDim }, () => rng.normal());
    variables[prototypeName(side)] = tf.tidy(() =>
      tf.variable(l2Normalize(tf.tensor2d(values, [count, embeddingDim]))),
    );
  }
  return variables;
}

/** `[numPrototypes, embeddingDim]`; undefined where none are trained. */
export function prototypeVariable(
  variables: Readonly<Record<string, tf.Variable>>,
  side: Side,
): tf.Variable | undefined {
  return variables[prototypeName(side)];
}

/** Prototypes of a run by the name that they have in `best.state`. */
export type PrototypeSets = Readonly<Partial<Record<ReturnType<typeof prototypeName>, PrototypeSet>>>;

/** The trained prototypes of a side at unit length. */
export async function trainedPrototypes(
  variables: Readonly<Record<string, tf.Variable>>,
  side: Side,
): Promise<PrototypeSet | undefined> {
  const variable = prototypeVariable(variables, side);
  if (variable === undefined) return undefined;
  const vectors = await valuesOf(() => l2Normalize(variable as unknown as tf.Tensor2D));
  return { numPrototypes: variable.shape[0], embeddingDim: variable.shape[1]!, vectors };
}
