/**
 * Opens a FAISS file to search it: our own exact search over a flat one (`flat-index.ts`), or FAISS itself over any
 * (`faiss-index.ts`).
 */
import { statSync } from 'node:fs';
import { ConfigError, DataError, TwinlightError } from '../../core/errors.js';
import { readWhole } from '../../core/whole-file.js';
import type { VectorIndex } from '../vector-index.js';
import { ItemIds } from './checks/id-map.js';
import { type FaissNodeIndex, type FaissNodeModule, howToGetFaiss, loadFaissNode } from './faiss-backend.js';
import { FaissCursor } from './faiss-cursor.js';
import { FaissIndex } from './faiss-index.js';
import { readFaissLayout } from './faiss-layout.js';
import { FlatIndex, flatVectors } from './flat-index.js';

export interface OpenIndexOptions {
  /**
   * Who searches. `auto`: our own code for a flat index (exact ties, no copies), FAISS for the others. faiss-node keeps a
   * copy of every query that it was ever asked, a leak of 4 bytes a dimension.
   */
  engine?: 'auto' | 'own' | 'faiss';
}

/**
 * Opens a FAISS file of inner product, which may come from anywhere: all of it is checked before the library sees it.
 * @throws DataError `INDEX_MISSING`, `FAISS_DAMAGED`; ConfigError `INDEX_METRIC`, `INDEX_IDS` for what is not served,
 * `FAISS_MISSING` when the kind needs FAISS and it is not there; TwinlightError `FILE_CHANGED`
 */
export function openIndex(path: string, { engine = 'auto' }: OpenIndexOptions = {}): VectorIndex {
  const before = stampOf(path);
  const bytes = readWhole(path);
  const layout = readFaissLayout(bytes, path);
  if (layout.metric !== 'inner-product') {
    throw new ConfigError('INDEX_METRIC', `${path}: its metric is ${layout.metric}; only inner product is served`);
  }
  if (layout.vectorsOffset !== undefined) {
    const vectors = { offset: layout.vectorsOffset, count: layout.size * layout.embeddingDim };
    new FaissCursor(bytes, path).assertFinite('the vectors', vectors);
  }
  const ids = ItemIds.of(layout, path);
  const chosen = engine === 'auto' ? (layout.factory === 'Flat' ? 'own' : 'faiss') : engine;
  if (chosen === 'own') return new FlatIndex(layout, ids, flatVectors(bytes, layout, path));
  const library = loadFaissNode();
  if (library === undefined) {
    throw new ConfigError(
      'FAISS_MISSING',
      `${path}: searching an index "${layout.factory}" needs FAISS. ${howToGetFaiss()}`,
    );
  }
  const index = readByLibrary(library, path);
  // the library reads the file again, and knows only what is in it now
  const isSame = index.ntotal() === layout.size && index.getDimension() === layout.embeddingDim;
  if (!isSame || stampOf(path) !== before) {
    throw new TwinlightError('FILE_CHANGED', `${path}: it changed while it was read; open it again`);
  }
  return new FaissIndex(layout, ids, index, path);
}

/** What tells a file from the one that stood there before. A pipe is refused, because reading it may never end. */
function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!found?.isFile()) {
    const problem = found ? 'it is no ordinary file' : 'there is no such file';
    throw new DataError('INDEX_MISSING', `${problem}; expected a FAISS index`, { location: { file: path } });
  }
  return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

function readByLibrary(library: FaissNodeModule, path: string): FaissNodeIndex {
  try {
    return library.Index.read(path);
  } catch (cause) {
    throw new DataError('FAISS_DAMAGED', `FAISS refuses the index (${(cause as Error).message}); export it again`, {
      cause,
      location: { file: path },
    });
  }
}
