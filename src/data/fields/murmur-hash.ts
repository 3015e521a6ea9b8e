/**
 * MurmurHash3, 32 bits, of the UTF-8 of a text (A. Appleby 2011, MurmurHash3_x86_32, seed 0): the same on every machine
 * and in every other language, so that a hashed feature keeps its row.
 */

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** From 0 to 2³² − 1. */
export function murmurHash3(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.length & ~3;
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= mixed(bytes.readInt32LE(at));
    hash = Math.imul(rotated(hash, 13), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at--) tail = (tail << 8) | bytes[at];
  if (whole < bytes.length) hash ^= mixed(tail);
  return finished(hash ^ bytes.length);
}

/** Every bit of the input moves every bit of the output (`fmix32`). From 0 to 2³² − 1. */
function finished(bits: number): number {
  let hash = bits ^ (bits >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const rotated = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));
const mixed = (block: number): number => Math.imul(rotated(Math.imul(block, C1), 15), C2);
