/** Index lists, one after the other. */
export function concatInt32(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((total, list) => total + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
