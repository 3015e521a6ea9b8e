import { concatInt32 } from './concat-int32.js';

/** Distinct values of all lists, ascending. */
export function distinctInt32(...lists: readonly Int32Array[]): Int32Array {
  const values = concatInt32(lists);
  values.sort();
  let kept = 0;
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) values[kept++] = values[i];
  return values.slice(0, kept);
}
