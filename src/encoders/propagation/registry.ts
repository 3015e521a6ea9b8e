/** Every propagation by name: its option schema, how to make it over rows, and what `explain` says about it. */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Rows, RowsContext } from '../rows/rows.js';
import { deepPropagation, deepPropagationSchema } from './deep.js';
import { lightgcnPropagation, lightgcnPropagationSchema } from './lightgcn.js';
import { lightgcnPlusPlus, lightgcnPlusPlusSchema } from './lightgcn-plus-plus.js';
import { noPropagation, noPropagationSchema } from './none.js';
import type { Propagated, PropagationKind } from './propagated.js';

export const PROPAGATIONS = Object.freeze({
  none: noPropagation,
  lightgcn: lightgcnPropagation,
  deep: deepPropagation,
  'lightgcn-plus-plus': lightgcnPlusPlus,
});
export type PropagationName = keyof typeof PROPAGATIONS;
export const PROPAGATION_NAMES = Object.keys(PROPAGATIONS) as PropagationName[];

/** One propagation's options, told apart by `name`. */
export const propagationSchema = z.discriminatedUnion('name', [
  noPropagationSchema,
  lightgcnPropagationSchema,
  deepPropagationSchema,
  lightgcnPlusPlusSchema,
]);
export type PropagationOptions = z.infer<typeof propagationSchema>;

// the union and the table have the same keys, which the type system can't follow through the index
export const propagationKind = ({ name }: PropagationOptions): PropagationKind<PropagationOptions> =>
  PROPAGATIONS[name] as PropagationKind<PropagationOptions>;

export function propagate(
  rows: Rows,
  options: PropagationOptions,
  variables: Readonly<Record<string, Variable>>,
  context: Pick<RowsContext, 'degrees'>,
): Propagated {
  return propagationKind(options).create(rows, options, variables, context);
}
