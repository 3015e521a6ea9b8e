/**
 * Where every field of a FAISS file stands: what the fuzzer aims at. Only for files that are whole: this reader trusts
 * them, and shares no code with the product's, which is under test.
 *
 * A field: { name, offset, type, count, stored }. `count` elements of `type` from `offset` on; `stored` is the byte of
 * the 64-bit count that stands before a vector, absent for a field of one element.
 */
export const BYTES = { u8: 1, i32: 4, f32: 4, i64: 8, f64: 8, code: 4 };

export function fieldsOf(bytes) {
  const walk = new Walk(bytes);
  readIndex(walk, '');
  if (walk.offset !== bytes.length) throw new Error(`fields end at ${walk.offset} of ${bytes.length} bytes`);
  return walk.fields;
}

class Walk {
  fields = [];
  offset = 0;

  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Steps over fields of one element each: pairs of name and type. */
  scalars(prefix, ...pairs) {
    for (const [name, type] of pairs) this.elements(`${prefix}${name}`, type, 1);
  }

  elements(name, type, count, stored) {
    this.fields.push({ name, offset: this.offset, type, count, stored });
    this.offset += count * BYTES[type];
  }

  /** Steps over a 64-bit count and as many elements. */
  vector(name, type) {
    const stored = this.offset;
    const count = Number(this.view.getBigInt64(stored, true));
    this.scalars('', [`length of ${name}`, 'i64']);
    this.elements(name, type, count, stored);
    return this.fields.at(-1);
  }

  code(name) {
    const text = String.fromCharCode(...this.bytes.subarray(this.offset, this.offset + 4));
    this.scalars('', [name, 'code']);
    return text;
  }
}

function readIndex(walk, prefix) {
  const code = walk.code(`${prefix}code`);
  const header = [
    ['dimension', 'i32'],
    ['vectors', 'i64'],
    ['unused 1', 'i64'],
    ['unused 2', 'i64'],
    ['trained', 'u8'],
    ['metric', 'i32'],
  ];
  walk.scalars(prefix, ...header);
  const read = READERS[code];
  if (read === undefined) throw new Error(`no fields are known of "${code}"`);
  read(walk, prefix);
}

const READERS = {
  IxMp: readIdMap,
  IxFI: (walk, prefix) => walk.vector(`${prefix}vectors`, 'f32'),
  IwFl(walk) {
    readListsHeader(walk);
    readLists(walk);
  },
  IwPQ(walk) {
    readListsHeader(walk);
    walk.scalars('', ['by residual', 'u8'], ['code size', 'i64']);
    readQuantizer(walk);
    readLists(walk);
  },
  IxPq(walk) {
    readQuantizer(walk);
    walk.vector('codes', 'u8');
    walk.scalars('', ['search type', 'i32'], ['encode signs', 'u8'], ['polysemous threshold', 'i32']);
  },
  IHNf(walk) {
    walk.vector('level probabilities', 'f64');
    walk.vector('neighbour counts', 'i32');
    walk.vector('levels', 'i32');
    walk.vector('offsets', 'i64');
    walk.vector('neighbours', 'i32');
    const names = ['entry point', 'top level', 'efConstruction', 'efSearch', 'beam'];
    walk.scalars('', ...names.map((name) => [name, 'i32']));
    readIndex(walk, 'storage ');
  },
};

function readIdMap(walk) {
  readIndex(walk, 'inner ');
  walk.vector('ids', 'i64');
}

function readListsHeader(walk) {
  walk.scalars('', ['lists', 'i64'], ['nprobe', 'i64']);
  readIndex(walk, 'centroids ');
  walk.scalars('', ['direct map', 'u8']);
  walk.vector('direct map array', 'i64');
}

function readQuantizer(walk) {
  walk.scalars('', ['PQ dimension', 'i64'], ['PQ parts', 'i64'], ['PQ bits', 'i64']);
  walk.vector('PQ centroids', 'f32');
}

function readLists(walk) {
  walk.code('kind of lists');
  const start = walk.offset;
  const codeBytes = Number(walk.view.getBigInt64(start + 8, true));
  walk.scalars('', ['stored lists', 'i64'], ['stored code size', 'i64']);
  const isSparse = walk.code('form of list sizes') === 'sprs';
  const sizes = walk.vector('list sizes', 'i64');
  for (let at = isSparse ? 1 : 0; at < sizes.count; at += isSparse ? 2 : 1) {
    const count = Number(walk.view.getBigInt64(sizes.offset + 8 * at, true));
    walk.elements('list codes', 'u8', count * codeBytes);
    walk.elements('list ids', 'i64', count);
  }
}
