/** The total of a step's parts and its gradients, and the one read from the device with which a step ends. */
import * as tf from '@tensorflow/tfjs';
import type { NegativeProbe } from '../parts/negative-probe.js';
import type { PartValue } from '../parts/part.js';
import type { LossParts } from './step-result.js';

interface StepGradients {
  /** Weighted sum of the parts. */
  readonly total: tf.Scalar;
  readonly parts: readonly PartValue[];
  /** Of a step that was probed. */
  readonly probe?: NegativeProbe;
  /** By variable name, of those that the total depends on; the caller disposes them. */
  readonly gradients: Record<string, tf.Tensor>;
}

/**
 * @param variables what to derive by
 * @param compute the parts, differentiable in the variables; called once
 */
export function stepGradients(
  variables: Readonly<Record<string, tf.Variable>>,
  compute: () => readonly PartValue[],
): StepGradients {
  // tfjs hands back the total alone
  let parts: readonly PartValue[] = [];
  const { value, grads } = tf.variableGrads(() => {
    parts = compute();
    for (const [, scalar] of scalarsOf(parts)) tf.keep(scalar);
    return tf.addN(parts.map(({ loss, weight }) => tf.mul(loss, weight))) as tf.Scalar;
  }, Object.values(variables));
  const named = Object.entries(variables).map(([name, variable]) => [name, grads[variable.name]] as const);
  return {
    total: value,
    parts,
    probe: parts.find(({ probe }) => probe)?.probe,
    gradients: Object.fromEntries(named.filter(([, gradient]) => gradient)),
  };
}

/** The numbers behind total, parts and readings, whose tensors are gone then. */
export async function readParts({ total, parts }: Pick<StepGradients, 'total' | 'parts'>): Promise<LossParts> {
  const scalars: readonly NamedScalar[] = [['total', total], ...scalarsOf(parts)];
  // at once: a read waits for the device
  const stacked = tf.tidy(() => tf.stack(scalars.map(([, scalar]) => scalar)));
  const values = await stacked.data<'float32'>();
  tf.dispose([stacked, ...scalars.map(([, scalar]) => scalar)]);
  return Object.fromEntries(scalars.map(([name], i) => [name, values[i]])) as Record<string, number> & LossParts;
}

type NamedScalar = readonly [string, tf.Scalar];

function scalarsOf(parts: readonly PartValue[]): NamedScalar[] {
  return parts.flatMap(({ name, loss, readings }): NamedScalar[] => [[name, loss], ...Object.entries(readings)]);
}
