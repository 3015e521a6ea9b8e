/** The centroids in an encoded `IVF<n>,Flat` index inside an id map: where they stand is told in faiss-layout.ts. */

/** Code and header. */
const HEAD = 4 + 33;

/** @param {Uint8Array} bytes @returns {Float32Array} `[lists, dimension]` */
export function centroidsOf(bytes) {
  // id map, index, lists and nprobe, flat index of the centroids
  const at = HEAD + HEAD + 16 + HEAD;
  const count = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));
  return new Float32Array(bytes.slice(at + 8, at + 8 + 4 * count).buffer);
}
