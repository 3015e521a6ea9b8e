/** How bytes are damaged: flips, cuts, repeats, other characters, pieces of other files, JSON and YAML with other values. All from a seed. */

/** Numbers from a seed: mulberry32. */
export function drawing(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(uniform() * limit);
  return { uniform, below, one: (list) => list[below(list.length)], chance: (share) => uniform() < share };
}

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const VALUES = [
  'null',
  '-1',
  '1e999',
  '1e39',
  '0',
  '0.5',
  '""',
  '"\\u0000"',
  '[]',
  '{}',
  'true',
  '"../../x"',
  '99999999999',
  '"constructor"',
  '*a',
];
const BITS = [
  '\0',
  '\x1b[31m',
  '\u202e',
  '\ufeff',
  '\r',
  '\n\n',
  '"',
  ',',
  '\t',
  '{',
  '[',
  '*a',
  '&a ',
  '__proto__',
  'NaN',
  '\u{1f600}',
  '\ud800',
];

/** @returns `{ bytes, how }`, the input left as it is */
export function damage(draw, bytes, others) {
  const ways = [flip, flip, cut, splice, repeat, insert, insert, value, value, value, line, empty];
  if (draw.chance(0.01)) ways.push(deep, deep, deep, deep, deep, deep, deep, deep, deep);
  return draw.one(ways)(draw, Buffer.from(bytes), others);
}

function flip(draw, bytes) {
  const places = Array.from({ length: 1 + draw.below(3) }, () => draw.below(bytes.length || 1));
  for (const at of places) bytes[at] ^= 1 << draw.below(8);
  return { bytes, how: `bits flipped at ${places.join(', ')}` };
}

function cut(draw, bytes) {
  const at = draw.below(bytes.length + 1);
  return { bytes: bytes.subarray(0, at), how: `cut at ${at}` };
}

function splice(draw, bytes, others) {
  const other = draw.one(others);
  const [at, from] = [draw.below(bytes.length + 1), draw.below(other.length + 1)];
  return { bytes: Buffer.concat([bytes.subarray(0, at), other.subarray(from)]), how: `from ${at} on another file` };
}

function repeat(draw, bytes) {
  const at = draw.below(bytes.length + 1);
  return { bytes: Buffer.concat([bytes, bytes.subarray(at)]), how: `its end from ${at} twice` };
}

function insert(draw, bytes) {
  const at = draw.below(bytes.length + 1);
  const bit = draw.one(BITS);
  return {
    bytes: Buffer.concat([bytes.subarray(0, at), Buffer.from(bit), bytes.subarray(at)]),
    how: `${JSON.stringify(bit)} at ${at}`,
  };
}

/** Another value in place of one, where the file has the form `key: value`. */
function value(draw, bytes) {
  const text = bytes.toString('latin1');
  const places = [...text.matchAll(/([:,[]\s*)("(?:[^"\\\n]|\\.)*"|-?[\d.]+(?:e-?\d+)?|true|false|null|[a-z-]+)/g)];
  if (places.length === 0) return flip(draw, bytes);
  const found = draw.one(places);
  const at = found.index + found[1].length;
  const fresh = draw.one(VALUES);
  const changed = text.slice(0, at) + fresh + text.slice(at + found[2].length);
  return { bytes: Buffer.from(changed, 'latin1'), how: `${fresh} for ${found[2].slice(0, 30)} at ${at}` };
}

function line(draw, bytes) {
  const lines = bytes.toString('latin1').split('\n');
  const at = draw.below(lines.length);
  if (draw.chance(0.5)) lines.splice(at, 1);
  else lines.splice(draw.below(lines.length), 0, lines[at]);
  return { bytes: Buffer.from(lines.join('\n'), 'latin1'), how: `line ${at + 1} gone or twice` };
}

const empty = () => ({ bytes: Buffer.alloc(0), how: 'empty' });

function deep(draw, bytes) {
  const at = draw.below(bytes.length + 1);
  return {
    bytes: Buffer.concat([bytes.subarray(0, at), Buffer.from(DEEP), bytes.subarray(at)]),
    how: `100,000 brackets at ${at}`,
  };
}
