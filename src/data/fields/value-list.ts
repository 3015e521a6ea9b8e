/**
 * The values of a field that have a row of their own, chosen once and then frozen: those of most training entities come
 * first, ties in the order of their UTF-16 units, so that the list does not depend on the order of the rows.
 */

/** Columns before the first value: MISSING_VALUE and UNSEEN_VALUE. */
export const FIRST_VALUE = 2;

/**
 * @param counts number of training entities that have each value, `[values.length]`
 * @returns the values of at least `minEntities` (and of one) entities, `maxValues` at most
 */
export function frequentValues(
  values: readonly string[],
  counts: Int32Array,
  { minEntities, maxValues }: { readonly minEntities: number; readonly maxValues: number },
): string[] {
  const order = Array.from(values.keys()).filter((value) => counts[value] >= Math.max(1, minEntities));
  order.sort((a, b) => counts[b] - counts[a] || (values[a] < values[b] ? -1 : 1));
  return order.slice(0, maxValues).map((value) => values[value]);
}

const numbersOf = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Value → its column, made once a list. The list must not change afterwards. */
export function columnsOfValues(values: readonly string[]): ReadonlyMap<string, number> {
  const known = numbersOf.get(values);
  if (known) return known;
  const columns = new Map(values.map((value, number) => [value, FIRST_VALUE + number]));
  numbersOf.set(values, columns);
  return columns;
}
