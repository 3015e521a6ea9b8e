/**
 * Our own reader of FAISS files: what kind of index the bytes hold, and where in them things are. It walks the whole
 * file, so that bytes which pass are safe to hand to the library (which ends the process on some damaged ones).
 *
 * Kinds (all optionally inside an id map, 'IxMp' or 'IxM2'):
 *   'IxFI' 'IxF2' 'IxFl'  header · vectors
 *   'IwFl'                header · uint64 nlist · uint64 nprobe · quantizer · direct map · inverted lists
 *   'IwPQ'                the same up to the direct map · uint8 byResidual · uint64 codeSize · PQ · inverted lists
 *   'IxPq'                header · PQ · codes · int32 searchType · uint8 encodeSigns · int32 polysemousThreshold
 *   'IHNf'                header · HNSW · flat storage
 *   PQ                    3 × uint64 (d, M, bits) · centroids
 *   HNSW                  float64s · int32s (neighbours a level, summed) · int32s · uint64s · int32s ·
 *                         int32 × 5: entry point, top level, efConstruction, efSearch, unused
 *   inverted lists        'ilar' · uint64 nlist · uint64 codeSize · 'full' or 'sprs' · sizes · codes and ids of each list
 *
 * nprobe therefore stands 45 bytes after the index's own code begins (4 + 33 + 8); efSearch comes after five vectors of
 * lengths that differ, and is found by walking.
 */
import { alignedCopy, FaissCursor } from './faiss-cursor.js';
import { type FaissFactory, spell } from './faiss-factory.js';
import { FAISS_METRICS, type FaissMetric } from './faiss-format.js';

/** A number inside the file that steers the search. */
interface FaissSetting {
  /** Byte position of a little-endian integer: 64 bits for nprobe, 32 bits for efSearch. */
  readonly offset: number;
  readonly value: number;
}

export interface FaissLayout {
  /** In FAISS's own terms, without the id map: `Flat`, `IVF64,Flat`, `HNSW32`, `PQ8`, `IVF64,PQ8x6`. */
  readonly factory: string;
  readonly metric: FaissMetric;
  readonly embeddingDim: number;
  readonly size: number;
  /** Ids by position, `[size]`; absent without an id map, when the position is the id. */
  readonly ids?: BigInt64Array;
  /** Byte position of the vectors, `[size, embeddingDim]` float32: flat indexes only. */
  readonly vectorsOffset?: number;
  readonly nprobe?: FaissSetting;
  readonly efSearch?: FaissSetting;
}

interface Header {
  readonly embeddingDim: number;
  readonly size: number;
  readonly metric: FaissMetric;
}

/**
 * @param name what errors call the bytes: a file name
 * @throws DataError `FAISS_DAMAGED` for bytes that are no whole index of a known kind
 */
export function readFaissLayout(bytes: Uint8Array, name: string): FaissLayout {
  const cursor = new FaissCursor(bytes, name);
  const layout = readIndex(cursor);
  if (cursor.offset !== bytes.byteLength) {
    throw cursor.damaged(`${bytes.byteLength - cursor.offset} bytes follow the end of the index`);
  }
  return layout;
}

function readIndex(cursor: FaissCursor): FaissLayout {
  const fourcc = cursor.fourcc();
  if (fourcc === 'IxMp' || fourcc === 'IxM2') return readIdMap(cursor);
  const read = READERS[fourcc];
  if (read === undefined) {
    const known = Object.keys(READERS).join(', ');
    throw cursor.damaged(`it begins with "${fourcc}", where one of ${known}, IxMp, IxM2 was expected`);
  }
  return read(cursor, readHeader(cursor));
}

const READERS: Readonly<Record<string, (cursor: FaissCursor, header: Header) => FaissLayout>> = {
  IxFI: readFlat,
  IxF2: readFlat,
  IxFl: readFlat,
  IwFl: readIvfFlat,
  IwPQ: readIvfPq,
  IxPq: readPq,
  IHNf: readHnsw,
};

function readHeader(cursor: FaissCursor): Header {
  const embeddingDim = cursor.int32('the dimension');
  const size = cursor.size('the number of vectors');
  cursor.skip(16, 'unused fields');
  const isTrained = cursor.uint8('the trained flag');
  const code = cursor.int32('the metric');
  const metric = (Object.keys(FAISS_METRICS) as FaissMetric[]).find((name) => FAISS_METRICS[name] === code);
  if (embeddingDim < 1) throw cursor.damaged(`its dimension is ${embeddingDim}`);
  if (isTrained !== 1) throw cursor.damaged('it was never trained');
  if (metric === undefined) throw cursor.damaged(`its metric has the code ${code}, neither inner product nor L2`);
  return { embeddingDim, size, metric };
}

function readIdMap(cursor: FaissCursor): FaissLayout {
  const header = readHeader(cursor);
  const inner = readIndex(cursor);
  const { offset, count } = cursor.vector(8, 'the ids');
  if (inner.ids) throw cursor.damaged('an id map holds an id map');
  const fits = inner.size === header.size && count === header.size && inner.embeddingDim === header.embeddingDim;
  if (!fits) {
    throw cursor.damaged(`${count} ids stand for ${inner.size} vectors of ${inner.embeddingDim} numbers`);
  }
  return { ...inner, ids: new BigInt64Array(alignedCopy(cursor.bytes, { offset, length: 8 * count })) };
}

function readFlat(cursor: FaissCursor, header: Header): FaissLayout {
  const { offset, count } = cursor.vector(4, 'the vectors');
  if (count !== header.size * header.embeddingDim) {
    throw cursor.damaged(`${count} numbers stand for ${header.size} vectors of ${header.embeddingDim}`);
  }
  return { ...header, factory: 'Flat', vectorsOffset: offset };
}

function readIvfHeader(cursor: FaissCursor): { nlist: number; nprobe: FaissSetting } {
  const nlist = cursor.size('the number of lists');
  const nprobe = { offset: cursor.offset, value: cursor.size('nprobe') };
  const quantizer = readIndex(cursor);
  if (quantizer.size !== nlist) throw cursor.damaged(`${quantizer.size} centroids stand for ${nlist} lists`);
  const directMap = cursor.uint8('the kind of direct map');
  if (directMap !== 0) throw cursor.damaged('it has a direct map');
  cursor.vector(8, 'the direct map');
  return { nlist, nprobe };
}

function readIvfFlat(cursor: FaissCursor, header: Header): FaissLayout {
  const { nlist, nprobe } = readIvfHeader(cursor);
  readInvertedLists(cursor, nlist, 4 * header.embeddingDim, header.size);
  return { ...header, factory: spell({ nlist }), nprobe };
}

function readIvfPq(cursor: FaissCursor, header: Header): FaissLayout {
  const { nlist, nprobe } = readIvfHeader(cursor);
  cursor.uint8('the residual flag');
  const codeSize = cursor.size('the code size');
  const quantizer = readProductQuantizer(cursor, header);
  if (codeSize !== bytesOfCode(quantizer)) throw cursor.damaged(`its codes have ${codeSize} bytes`);
  readInvertedLists(cursor, nlist, codeSize, header.size);
  return { ...header, factory: spell({ nlist, quantizer }), nprobe };
}

function readPq(cursor: FaissCursor, header: Header): FaissLayout {
  const quantizer = readProductQuantizer(cursor, header);
  const { count } = cursor.vector(1, 'the codes');
  if (count !== header.size * bytesOfCode(quantizer)) throw cursor.damaged(`its codes have ${count} bytes`);
  cursor.skip(4 + 1 + 4, 'the search settings');
  return { ...header, factory: spell({ quantizer }) };
}

type Quantizer = NonNullable<FaissFactory['quantizer']>;

const bytesOfCode = ({ parts, bits }: Quantizer): number => Math.ceil((parts * bits) / 8);

function readProductQuantizer(cursor: FaissCursor, header: Header): Quantizer {
  const dimension = cursor.size("the quantizer's dimension");
  const parts = cursor.size("the quantizer's number of parts");
  const bits = cursor.size("the quantizer's bits");
  const { count } = cursor.vector(4, 'the centroids of the quantizer');
  if (dimension !== header.embeddingDim || count !== dimension * 2 ** bits) {
    throw cursor.damaged(`a quantizer of ${parts} × ${bits} bits for ${dimension} dimensions has ${count} numbers`);
  }
  return { parts, bits };
}

function readHnsw(cursor: FaissCursor, header: Header): FaissLayout {
  cursor.vector(8, 'the level probabilities');
  const sums = cursor.vector(4, 'the neighbour counts');
  if (sums.count < 2) throw cursor.damaged('its graph has no levels');
  const groundNeighbors = new FaissCursor(cursor.bytes, cursor.name, sums.offset + 4).int32('the neighbour count');
  const levels = cursor.vector(4, 'the levels');
  const offsets = cursor.vector(8, 'the offsets');
  if (levels.count !== header.size || offsets.count !== header.size + 1) {
    throw cursor.damaged(`its graph has ${levels.count} nodes for ${header.size} vectors`);
  }
  cursor.vector(4, 'the neighbours');
  cursor.skip(12, "the graph's settings");
  const efSearch = { offset: cursor.offset, value: cursor.int32('efSearch') };
  cursor.skip(4, 'an unused field');
  const storage = readIndex(cursor);
  if (storage.size !== header.size) throw cursor.damaged(`${storage.size} vectors stand for ${header.size} nodes`);
  return { ...header, factory: spell({ neighbors: groundNeighbors / 2 }), efSearch };
}

function readInvertedLists(cursor: FaissCursor, nlist: number, codeSize: number, size: number): void {
  const kind = cursor.fourcc();
  if (kind !== 'ilar') throw cursor.damaged(`its lists have the kind "${kind}", where "ilar" was expected`);
  const storedLists = cursor.size('the number of inverted lists');
  const storedCode = cursor.size("the inverted lists' code size");
  if (storedLists !== nlist || storedCode !== codeSize) {
    throw cursor.damaged(`${storedLists} lists of ${storedCode} bytes stand for ${nlist} of ${codeSize}`);
  }
  // 'full': a size for every list; 'sprs': (list, size) pairs of those that are not empty
  const isSparse = cursor.fourcc() === 'sprs';
  const { offset, count } = cursor.vector(8, 'the list sizes');
  const sizes = new FaissCursor(cursor.bytes, cursor.name, offset);
  let total = 0;
  for (let at = 0; at < count; at += isSparse ? 2 : 1) {
    if (isSparse) sizes.size('a list number');
    total += sizes.size('a list size');
  }
  if (total !== size) throw cursor.damaged(`its lists hold ${total} vectors, not ${size}`);
  cursor.skip(total * (codeSize + 8), 'the inverted lists');
}
