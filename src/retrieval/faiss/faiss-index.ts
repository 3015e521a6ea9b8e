/** A FAISS file searched by FAISS, whose answers are checked: an id that the index does not hold is never passed on. */
import { DataError } from '../../core/errors.js';
import type { TopK } from '../recommender.js';
import { checkSearch, type VectorIndex } from '../vector-index.js';
import type { ItemIds } from './checks/id-map.js';
import type { FaissNodeIndex } from './faiss-backend.js';
import type { FaissLayout } from './faiss-layout.js';

/** Most queries handed to FAISS at a time, as plain arrays. */
const QUERIES_A_CALL = 256;
/** Most numbers that FAISS holds for the queries of a call, which bounds what a file can make it allocate: 128 MiB. */
const NUMBERS_A_CALL = 2 ** 25;

export class FaissIndex implements VectorIndex {
  readonly engine = 'faiss';
  readonly factory: string;
  readonly isExact: boolean;
  readonly embeddingDim: number;
  readonly size: number;
  readonly idLimit: number;
  readonly nprobe?: number;
  readonly efSearch?: number;
  /** Numbers that FAISS holds for a query besides its answer: clusters, or the table of a product quantizer. */
  private readonly numbersAQuery: number;

  /** @param path what errors call the index */
  constructor(
    layout: FaissLayout,
    private readonly ids: ItemIds,
    private readonly index: FaissNodeIndex,
    private readonly path: string,
  ) {
    this.factory = layout.factory;
    this.isExact = layout.factory === 'Flat';
    this.embeddingDim = layout.embeddingDim;
    this.size = layout.size;
    this.idLimit = ids.limit;
    this.nprobe = layout.nprobe?.value;
    this.efSearch = layout.efSearch?.value;
    const { quantizer } = layout;
    this.numbersAQuery = Math.max(this.nprobe ?? 1, quantizer ? quantizer.parts * 2 ** quantizer.bits : 1);
  }

  /** @throws DataError `FAISS_ANSWER` when FAISS answers with what is not in the index */
  async search(queries: Float32Array, wanted: number): Promise<TopK> {
    const { embeddingDim, size } = this;
    const { numQueries, slots: k } = checkSearch(queries, { k: wanted, embeddingDim, size });
    const ids = new Int32Array(numQueries * k).fill(-1);
    const scores = new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY);
    const fitting = Math.floor(NUMBERS_A_CALL / Math.max(k, this.numbersAQuery));
    const queriesACall = Math.max(1, Math.min(QUERIES_A_CALL, fitting));
    for (let first = 0; first < numQueries && k > 0; first += queriesACall) {
      const last = Math.min(first + queriesACall, numQueries);
      const answer = this.index.search(Array.from(queries.subarray(first * embeddingDim, last * embeddingDim)), k);
      if (answer.labels.length !== (last - first) * k) throw this.wrongAnswer(`${answer.labels.length} items`);
      for (let query = first; query < last; query++) {
        const row = this.bestFirst(answer, (query - first) * k, k);
        for (const [rank, { id, score }] of row.entries()) {
          ids[query * k + rank] = id;
          scores[query * k + rank] = score;
        }
      }
    }
    return { k, ids, scores };
  }

  /** One query's answer without its gaps. FAISS leaves the order of equal scores open; here it is by ascending id. */
  private bestFirst({ labels, distances }: { labels: number[]; distances: number[] }, from: number, length: number) {
    const row: { id: number; score: number }[] = [];
    for (let at = from; at < from + length; at++) {
      if (labels[at] === -1) continue;
      if (!this.ids.has(labels[at])) throw this.wrongAnswer(`the item ${labels[at]}, which the index does not hold`);
      row.push({ id: labels[at], score: distances[at] });
    }
    return row.sort((a, b) => b.score - a.score || a.id - b.id);
  }

  private wrongAnswer(answer: string): DataError {
    return new DataError('FAISS_ANSWER', `FAISS answered with ${answer}; export it again`, {
      location: { file: this.path },
    });
  }
}
