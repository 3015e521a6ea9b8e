/**
 * Opens a FAISS file to search it: our own exact search over a flat one (`flat-index.ts`), or FAISS itself over any
 * (`faiss-index.ts`).
 */
import { ConfigError } from '../../core/errors.js';
import { readWhole } from '../../core/whole-file.js';
import type { VectorIndex } from '../vector-index.js';
import { howToGetFaiss, loadFaissNode } from './faiss-backend.js';
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
 * Opens a FAISS file of inner product.
 * @throws DataError `FAISS_DAMAGED`; ConfigError `FAISS_MISSING` when the kind needs FAISS and it is not there
 */
export function openIndex(path: string, { engine = 'auto' }: OpenIndexOptions = {}): VectorIndex {
  const bytes = readWhole(path);
  const layout = readFaissLayout(bytes, path);
  if (layout.metric !== 'inner-product') {
    throw new ConfigError('INDEX_METRIC', `${path}: its metric is ${layout.metric}; only inner product is served`);
  }
  if (layout.ids?.some((id) => id < 0n || id > MOST_ID)) {
    throw new ConfigError('INDEX_IDS', `${path}: it has ids outside 0 … ${MOST_ID}; only row numbers are served`);
  }
  const chosen = engine === 'auto' ? (layout.factory === 'Flat' ? 'own' : 'faiss') : engine;
  if (chosen === 'own') return new FlatIndex(layout, flatVectors(bytes, layout, path));
  const library = loadFaissNode();
  if (library === undefined) {
    throw new ConfigError(
      'FAISS_MISSING',
      `${path}: searching an index "${layout.factory}" needs FAISS. ${howToGetFaiss()}`,
    );
  }
  return new FaissIndex(layout, library.Index.read(path));
}

/** Results hold 32-bit ids; -1 stands for "nothing found". */
const MOST_ID = 2n ** 31n - 1n;
