/** Reads the tables of a bundle back, then searches its index: by our own code and by FAISS, whichever can. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TwinlightError } from '../core/errors.js';
import type { Reporter } from '../core/reporter.js';
import { readWhole } from '../core/whole-file.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { faissBackend } from '../retrieval/faiss/faiss-backend.js';
import { openIndex } from '../retrieval/faiss/open-index.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { VectorIndex } from '../retrieval/vector-index.js';
import { BUNDLE_FILES } from './bundle-manifest.js';
import { decodeIdList } from './id-list.js';
import { decodeNpy } from './npy.js';
import { type IndexVerification, rankExactly, verificationOf, verifySearch } from './verify-index.js';

/** An approximate index that finds less than this of the exact top K is worth a warning. */
const LOW_RECALL = 0.8;

/**
 * The index as the reader opens it, and what its searches came to.
 *
 * @param folder with the index, the vectors and the id lists
 * @throws TwinlightError `EXPORT_NOT_VERIFIED`
 */
export async function verifyBundle(
  folder: string,
  graph: StoredGraph,
  { users, items, embeddingDim }: Embeddings,
  reporter: Reporter,
): Promise<{ index: VectorIndex; verified: IndexVerification }> {
  const fail = (what: string) =>
    new TwinlightError('EXPORT_NOT_VERIFIED', `${what}; nothing was exported. Is the disk full or damaged?`);
  const readVectors = (file: string) => decodeNpy(readWhole(join(folder, file)), file).values;
  const readIds = (file: string) => decodeIdList(readFileSync(join(folder, file), 'utf8'), file);
  const tables = [
    { file: BUNDLE_FILES.items, same: sameBytes(readVectors(BUNDLE_FILES.items), items) },
    { file: BUNDLE_FILES.users, same: sameBytes(readVectors(BUNDLE_FILES.users), users) },
    { file: BUNDLE_FILES.itemIds, same: sameIds(readIds(BUNDLE_FILES.itemIds), graph.items.ids) },
    { file: BUNDLE_FILES.userIds, same: sameIds(readIds(BUNDLE_FILES.userIds), graph.users.ids) },
  ];
  for (const { file, same } of tables) if (!same) throw fail(`${file} does not come back as it was written`);

  const path = join(folder, BUNDLE_FILES.index);
  const indexes = [openIndex(path)];
  if (indexes[0].isExact && faissBackend().kind !== 'own') indexes.push(openIndex(path, { engine: 'faiss' }));
  const truth = rankExactly({ users, items, embeddingDim });
  const searches = [];
  for (const index of indexes) {
    const search = await verifySearch(index, truth);
    if (index.isExact && !search.exact)
      throw fail(`${BUNDLE_FILES.index} does not return the exact ranking (${index.engine})`);
    searches.push(search);
    const { recallAgainstExact: recall } = search;
    if (recall >= LOW_RECALL) continue;
    reporter.warn(
      `index "${index.factory}" finds ${(100 * recall).toFixed(1)} % of the exact top ${truth.topK}: raise ` +
        `${index.nprobe !== undefined ? 'nprobe' : index.efSearch !== undefined ? 'efSearch' : 'the number of parts'} or use Flat`,
    );
  }
  return { index: indexes[0], verified: verificationOf(truth, searches) };
}

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, row) => id === b[row]);

/** By bits, so that -0 is not 0. */
function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(a).equals(bytes(b));
}
