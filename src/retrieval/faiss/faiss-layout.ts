/**
 * Our own reader of FAISS files: what kind of index the bytes hold, where in them things are, and whether the library may
 * see them. The library trusts a file: positions and sizes out of range are read past the end of its memory, and an
 * exception ends the process. So the whole file is walked here, and each structure checks what the library relies on
 * (`checks/`, one file each with its invariants at the head). Read against the sources of FAISS 1.7.3 and 1.7.4:
 * of what passes, its reader and its search of inner products index nothing out of range and throw nothing but for want
 * of memory, and what they allocate is bounded by the size of the file and of the question.
 *
 * Kinds (all optionally inside an id map, 'IxMp' or 'IxM2'); any other is refused:
 *   'IxFI' 'IxF2' 'IxFl'  header · vectors
 *   'IwFl'                header · lists' header · inverted lists
 *   'IwPQ'                header · lists' header · uint8 byResidual · uint64 codeSize · PQ · inverted lists
 *   'IxPq'                header · PQ · codes · int32 searchType · uint8 encodeSigns · int32 polysemousThreshold
 *   'IHNf'                header · HNSW graph · flat storage
 *
 * nprobe stands 45 bytes after the index's own code begins (4 + 33 + 8); efSearch comes after five vectors of lengths that
 * differ, and is found by walking.
 */
import { FLAT_CODES, readFlatVectors, readInnerFlat } from './checks/flat-vectors.js';
import { type FaissHeader, readHeader } from './checks/header.js';
import { readHnswGraph } from './checks/hnsw-graph.js';
import { ID_MAP_CODES, readIdMap } from './checks/id-map.js';
import { readInvertedLists, readListsHeader } from './checks/inverted-lists.js';
import { bytesOfCode, type ProductQuantizer, readProductQuantizer } from './checks/product-quantizer.js';
import { FaissCursor, type FaissSetting } from './faiss-cursor.js';
import { spell } from './faiss-factory.js';

export interface FaissLayout extends FaissHeader {
  /** In FAISS's own terms, without the id map: `Flat`, `IVF64,Flat`, `HNSW32`, `PQ8`, `IVF64,PQ8x6`. */
  readonly factory: string;
  /** Ids by position, `[size]`; absent without an id map, when the position is the id. */
  readonly ids?: BigInt64Array;
  /** Byte position of the vectors, `[size, embeddingDim]` float32: flat indexes only. */
  readonly vectorsOffset?: number;
  readonly nprobe?: FaissSetting;
  readonly efSearch?: FaissSetting;
  readonly quantizer?: ProductQuantizer;
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
  const code = cursor.fourcc();
  if (!ID_MAP_CODES.includes(code)) return readBareIndex(cursor, code);
  const header = readHeader(cursor);
  const innerCode = cursor.fourcc();
  if (ID_MAP_CODES.includes(innerCode)) throw cursor.damaged('an id map holds an id map');
  const inner = readBareIndex(cursor, innerCode);
  return { ...inner, ids: readIdMap(cursor, header, inner) };
}

/** An index without an id map. */
function readBareIndex(cursor: FaissCursor, code: string): FaissLayout {
  const read = READERS.get(code);
  if (read === undefined) {
    const known = [...READERS.keys(), ...ID_MAP_CODES].join(', ');
    throw cursor.damaged(`it begins with "${code}", where one of ${known} was expected`);
  }
  return read(cursor, readHeader(cursor), code);
}

const READERS = new Map<string, (cursor: FaissCursor, header: FaissHeader, code: string) => FaissLayout>([
  ...FLAT_CODES.map((code) => [code, readFlat] as const),
  ['IwFl', readIvfFlat],
  ['IwPQ', readIvfPq],
  ['IxPq', readPq],
  ['IHNf', readHnsw],
]);

function readFlat(cursor: FaissCursor, header: FaissHeader, code: string): FaissLayout {
  const { offset } = readFlatVectors(cursor, code, header);
  return { ...header, factory: 'Flat', vectorsOffset: offset };
}

function readIvfFlat(cursor: FaissCursor, header: FaissHeader): FaissLayout {
  const { nlist, nprobe } = readListsHeader(cursor, header);
  const codes = { bytes: 4 * header.embeddingDim, areFloats: true };
  readInvertedLists(cursor, { nlist, size: header.size, codes });
  return { ...header, factory: spell({ nlist }), nprobe };
}

function readIvfPq(cursor: FaissCursor, header: FaissHeader): FaissLayout {
  const { nlist, nprobe } = readListsHeader(cursor, header);
  cursor.assertRange('the residual flag', cursor.uint8('the residual flag'), [0, 1]);
  const codeBytes = cursor.size('the code size');
  const quantizer = readProductQuantizer(cursor, header.embeddingDim);
  cursor.assertEqual('the code size', codeBytes, bytesOfCode(quantizer));
  readInvertedLists(cursor, { nlist, size: header.size, codes: { bytes: codeBytes, areFloats: false } });
  return { ...header, factory: spell({ nlist, quantizer }), nprobe, quantizer };
}

function readPq(cursor: FaissCursor, header: FaissHeader): FaissLayout {
  const quantizer = readProductQuantizer(cursor, header.embeddingDim);
  const { count } = cursor.vector(1, 'the codes');
  cursor.assertEqual('the length of the codes', count, header.size * bytesOfCode(quantizer));
  // 0: compare with the codes; the other ways are for L2 or for codes of signs, and FAISS throws for inner product
  cursor.assertEqual('the search type', cursor.int32('the search type'), 0);
  cursor.assertRange('the flag for codes of signs', cursor.uint8('the flag for codes of signs'), [0, 1]);
  const threshold = cursor.int32('the polysemous threshold');
  cursor.assertRange('the polysemous threshold', threshold, [0, quantizer.parts * quantizer.bits + 1]);
  return { ...header, factory: spell({ quantizer }), quantizer };
}

function readHnsw(cursor: FaissCursor, header: FaissHeader): FaissLayout {
  const { neighbors, efSearch } = readHnswGraph(cursor, header.size);
  readInnerFlat(cursor, 'the vectors of its nodes', header);
  return { ...header, factory: spell({ neighbors }), efSearch };
}
