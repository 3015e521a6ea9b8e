/**
 * How a whole FAISS file is spoilt: bytes at random; fields set to values at the edge of what they may hold, one, several or
 * all that had the same value; vectors made longer or shorter with their count, or filled with what may stand in them;
 * elements swapped and copied; other codes; cuts, appended bytes, and pieces of two files put together.
 */
import { BYTES } from './faiss-fields.mjs';

const INT32 = [0, 1, 2, -1, -2, 3, 255, 65_536, 2 ** 30, 2 ** 31 - 1, -(2 ** 31)];
const INT64 = [
  ...[0n, 1n, 2n, 3n, -1n, -2n, 255n, 1n << 16n, (1n << 31n) - 1n, 1n << 31n, (1n << 32n) - 1n, 1n << 32n],
  ...[
    (1n << 32n) + 1n,
    1n << 39n,
    1n << 40n,
    1n << 53n,
    1n << 60n,
    1n << 61n,
    1n << 62n,
    (1n << 63n) - 1n,
    -(1n << 63n),
  ],
];
const FLOAT = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38, 1e-45, 0, -0, -1, 2];
const CODES = [
  ...['IxMp', 'IxM2', 'IxFI', 'IxF2', 'IxFl', 'IwFl', 'IwPQ', 'IxPq', 'IHNf', 'ilar', 'full', 'sprs'],
  // FAISS reads these, twinlight does not
  ...['IxPQ', 'IxPo', 'IwQR', 'IvPQ', 'IvFl', 'IHNp', 'IHNs', 'IHN2', 'IxPT', 'IxSQ', 'IwSQ', 'IxRF', 'il00', 'ilod'],
];

/**
 * @param seed `{ bytes, fields }` to spoil; left as it is
 * @param others all seeds
 * @returns `{ bytes, how }`: a sentence for whoever looks at a failure
 */
export function mutate(draw, seed, others) {
  if (draw.chance(0.01)) return { bytes: seed.bytes.slice(), how: 'left whole' };
  const steps = [];
  let target = { ...seed, bytes: seed.bytes.slice() };
  for (let times = draw.chance(0.75) ? 1 : 2 + draw.below(2); times > 0; times--) {
    const way = pick(draw);
    const { bytes, fields = target.fields, how } = way(draw, target, others);
    target = { bytes, fields: fields.filter((field) => endOf(field) <= bytes.length) };
    steps.push(how);
    // after a change of length the places of the fields behind it are no longer right: bytes at random are what is left
    if (target.fields.length === 0) break;
  }
  return { bytes: target.bytes, how: steps.join('; ') };
}

const WAYS = [
  { way: setFields, weight: 40 },
  { way: flipBytes, weight: 20 },
  { way: setEverywhere, weight: 8 },
  { way: resizeVector, weight: 10 },
  { way: fillVector, weight: 12 },
  { way: moveElements, weight: 10 },
  { way: changeCode, weight: 4 },
  { way: cut, weight: 2 },
  { way: append, weight: 2 },
  { way: splice, weight: 4 },
];
const TOTAL = WAYS.reduce((sum, { weight }) => sum + weight, 0);

function pick(draw) {
  let left = draw.below(TOTAL);
  return WAYS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  }).way;
}

const endOf = ({ offset, type, count }) => offset + BYTES[type] * count;

function flipBytes(draw, { bytes }) {
  const places = Array.from({ length: 1 + draw.below(4) }, () => draw.below(bytes.length));
  for (const at of places) {
    bytes[at] = draw.flag() ? bytes[at] ^ (1 << draw.below(8)) : draw.one([0, 1, 127, 128, 255, draw.below(256)]);
  }
  return { bytes, how: `bytes ${places.join(', ')}` };
}

/** Fields alike in weight whatever their length: single numbers matter as much as long vectors. */
function setFields(draw, { bytes, fields }) {
  const told = [];
  for (let times = draw.chance(0.7) ? 1 : 2; times > 0; times--) {
    const field = draw.one(fields.filter(({ count }) => count > 0));
    const at = field.offset + BYTES[field.type] * draw.below(field.count);
    const value = edgeValue(draw, field.type, read(bytes, at, field.type), fields);
    write(bytes, at, field.type, value);
    told.push(`${field.name} at ${at} = ${value}`);
  }
  return { bytes, how: told.join(', ') };
}

/** Every field that holds the same number changes with it, so that sizes still agree. */
function setEverywhere(draw, { bytes, fields }) {
  const single = fields.filter(({ type, count }) => count === 1 && (type === 'i32' || type === 'i64'));
  if (single.length === 0) return flipBytes(draw, { bytes });
  const field = draw.one(single);
  const old = read(bytes, field.offset, field.type);
  const value = edgeValue(draw, field.type, old, fields);
  const alike = single.filter(({ type, offset }) => BigInt(read(bytes, offset, type)) === BigInt(old));
  for (const { offset, type } of alike) write(bytes, offset, type, value);
  return { bytes, how: `all of ${alike.map(({ name }) => name).join(', ')} = ${value}` };
}

/** Elements come or go, and the count says so. */
function resizeVector(draw, { bytes, fields }) {
  const vectors = fields.filter(({ stored }) => stored !== undefined);
  if (vectors.length === 0) return flipBytes(draw, { bytes });
  const field = draw.one(vectors);
  const step = draw.one([1, 1, 1, 2, 8, field.count]);
  const added = draw.flag() ? step : -Math.min(step, field.count);
  const start = field.offset + BYTES[field.type] * draw.below(field.count + 1 - Math.max(0, -added));
  const length = BYTES[field.type] * Math.abs(added);
  const inserted = added > 0 ? Uint8Array.from({ length }, () => draw.one([0, 0, 0, 255, draw.below(256)])) : [];
  const rest = bytes.subarray(added > 0 ? start : start + length);
  const changed = joined(bytes.subarray(0, start), inserted, rest);
  write(changed, field.stored, 'i64', BigInt(field.count + added));
  const before = fields.filter((other) => endOf(other) <= start);
  const how = `${field.name}: ${added} elements at ${start}`;
  // often the vectors' number is made to fit as well
  if (draw.flag()) {
    for (const { name, offset } of before) {
      if (name.endsWith('vectors')) write(changed, offset, 'i64', BigInt(field.count + added));
    }
  }
  return { bytes: changed, fields: before, how };
}

/** Other values of the kind that was there: mostly let through by any check, and then the library's to bear. */
function fillVector(draw, { bytes, fields }) {
  const vectors = fields.filter(({ count }) => count > 1);
  if (vectors.length === 0) return flipBytes(draw, { bytes });
  const { name, offset, type, count } = draw.one(vectors);
  const places = Array.from({ length: count }, (_, at) => offset + BYTES[type] * at);
  const old = places.map((at) => read(bytes, at, type));
  const largest = draw.one([1e-45, 1, 1e19, 3e38]);
  const share = draw.one([0.02, 0.5, 1]);
  for (const at of places) {
    if (!draw.chance(share)) continue;
    const fresh = type === 'u8' ? draw.below(256) : largest * (2 * draw.uniform() - 1);
    write(bytes, at, type, type === 'u8' || type === 'f32' ? fresh : draw.one(old));
  }
  return { bytes, how: `${name} filled with ${type === 'f32' ? `numbers up to ${largest}` : 'others of its kind'}` };
}

/** An element over another one, of the same vector or of another of the same width. */
function moveElements(draw, { bytes, fields }) {
  const vectors = fields.filter(({ count }) => count > 1);
  if (vectors.length === 0) return flipBytes(draw, { bytes });
  const from = draw.one(vectors);
  const width = BYTES[from.type];
  const into = draw.one(fields.filter(({ type, count }) => count > 0 && BYTES[type] === width));
  const places = [from, into].map(({ offset, count }) => offset + width * draw.below(count));
  const [source, target] = places.map((at) => bytes.slice(at, at + width));
  bytes.set(source, places[1]);
  if (draw.flag()) bytes.set(target, places[0]);
  return { bytes, how: `${from.name} at ${places[0]} to ${into.name} at ${places[1]}` };
}

function changeCode(draw, { bytes, fields }) {
  const codes = fields.filter(({ type }) => type === 'code');
  if (codes.length === 0) return flipBytes(draw, { bytes });
  const field = draw.one(codes);
  const code = draw.one(CODES);
  bytes.set(Buffer.from(code), field.offset);
  return { bytes, how: `${field.name} = ${code}` };
}

function cut(draw, { bytes, fields }) {
  const at = draw.flag() ? draw.below(bytes.length) : draw.one(fields).offset;
  return { bytes: bytes.slice(0, at), how: `cut at ${at}` };
}

function append(draw, { bytes }) {
  const more = Uint8Array.from({ length: 1 + draw.below(64) }, () => draw.below(256));
  return { bytes: joined(bytes, more), how: `${more.length} bytes more` };
}

/** The head of one file and the tail of another, or a piece of one in the place of a piece of the other. */
function splice(draw, { bytes, fields }, others) {
  const other = draw.one(others);
  const cutHere = draw.one(fields).offset;
  const cutThere = draw.one(other.fields).offset;
  if (draw.flag()) {
    const how = `up to ${cutHere}, then ${other.name} from ${cutThere}`;
    return { bytes: joined(bytes.subarray(0, cutHere), other.bytes.subarray(cutThere)), fields: [], how };
  }
  const piece = other.bytes.subarray(cutThere, cutThere + 1 + draw.below(64)).subarray(0, bytes.length - cutHere);
  bytes.set(piece, cutHere);
  return { bytes, how: `${piece.length} bytes of ${other.name} from ${cutThere} at ${cutHere}` };
}

/** A value that something nearby may not expect: at the edge of the type, next to what stood there, next to a size. */
function edgeValue(draw, type, old, fields) {
  const count = draw.one(fields).count;
  switch (type) {
    case 'u8':
      return draw.one([0, 1, 2, 127, 128, 255, old ^ 1]);
    case 'i32':
      return draw.one([...INT32, old + 1, old - 1, -old, old * 2, count, count - 1, count + 1]);
    case 'i64':
      return draw.one([...INT64, old + 1n, old - 1n, -old, old * 2n, ...[count - 1, count, count + 1].map(BigInt)]);
    case 'code':
      return draw.one(CODES);
    default:
      return draw.one([...FLOAT, -old, old * 1e30]);
  }
}

function read(bytes, at, type) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'u8':
      return view.getUint8(at);
    case 'i32':
      return view.getInt32(at, true);
    case 'i64':
      return view.getBigInt64(at, true);
    case 'f32':
      return view.getFloat32(at, true);
    case 'f64':
      return view.getFloat64(at, true);
    default:
      return String.fromCharCode(...bytes.subarray(at, at + 4));
  }
}

function write(bytes, at, type, value) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'u8') view.setUint8(at, value);
  else if (type === 'i32') view.setInt32(at, Number(value), true);
  else if (type === 'i64') view.setBigInt64(at, BigInt(value), true);
  else if (type === 'f32') view.setFloat32(at, value, true);
  else if (type === 'f64') view.setFloat64(at, value, true);
  else bytes.set(Buffer.from(value), at);
}

function joined(...parts) {
  return Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part))));
}
