/**
 * Why an item is in a list, as far as vectors say: the items of the user's history that are most like it, by cosine. It explains the
 * geometry and not the training: an item far from all of a history may still be near the user.
 */
import type { Servable, VectorSpace } from './served-model.js';

export interface Reason {
  /** Of the history. */
  readonly id: string;
  readonly cosine: number;
}

/**
 * @param history item indices, distinct
 * @param items recommended ones
 * @param most reasons of an item
 * @returns best first, a list an item; empty where there is no history or the model has no vectors
 */
export function reasonsFor(
  { serving }: Servable,
  {
    history,
    items,
    most = 3,
  }: { readonly history: Int32Array; readonly items: readonly number[]; readonly most?: number },
): Reason[][] {
  const { space } = serving;
  if (!space) return items.map(() => []);
  const had = Array.from(history, (item) => ({ item, direction: directionOf(space, item) }));
  return items.map((item) => {
    const direction = directionOf(space, item);
    const alike = had.map((one) => ({ item: one.item, cosine: product(one.direction, direction) }));
    alike.sort((a, b) => b.cosine - a.cosine || a.item - b.item);
    return alike.slice(0, most).map((one) => ({ id: serving.items.idOf(one.item), cosine: one.cosine }));
  });
}

/** At length 1; zeros stay zeros. */
function directionOf(space: VectorSpace, item: number): Float64Array {
  const row = Float64Array.from(space.rowOf('item', item));
  const length = Math.sqrt(product(row, row));
  return length > 0 ? row.map((value) => value / length) : row;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}
