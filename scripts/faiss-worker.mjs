/**
 * Trains and fills one index with faiss-node and writes it to a file. A process of its own, because faiss-node ends the
 * process on any error of FAISS, and because the number of threads can only be set before FAISS is loaded.
 *
 * Standard input: { faissNode, vectors, training, embeddingDim, size, trainingSize, trainRows, factory, out } as JSON; `vectors`
 * is a file of float32, [size, embeddingDim] row-major, `training` one of [trainingSize, embeddingDim]: as many rows as lists
 * are taken for their centroids as they are (Clustering::train of FAISS). What FAISS says goes to standard error.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Rows handed over at a time: faiss-node takes plain arrays, which need far more memory than the vectors. */
const ROWS_A_CALL = 8192;
const INNER_PRODUCT = 0;

const job = JSON.parse(readFileSync(0, 'utf8'));
const { Index } = createRequire(import.meta.url)(job.faissNode);
const vectors = openSync(job.vectors, 'r');
const index = Index.fromFactory(job.embeddingDim, job.factory, INNER_PRODUCT);
if (!index.isTrained()) index.train(trainingRows());
for (let row = 0; row < job.size; row += ROWS_A_CALL)
  index.add(rows(vectors, row, Math.min(row + ROWS_A_CALL, job.size)));
index.write(job.out);
closeSync(vectors);

/** Rows `[from, to)` of a file as a plain array. */
function rows(file, from, to) {
  const values = new Float32Array((to - from) * job.embeddingDim);
  const bytes = new Uint8Array(values.buffer);
  const start = from * job.embeddingDim * 4;
  for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, bytes.length - at, start + at);
  return Array.from(values);
}

/** At most `trainRows` rows of `training`, spread evenly. */
function trainingRows() {
  const file = openSync(job.training, 'r');
  const count = Math.min(job.trainRows, job.trainingSize);
  const picked = [];
  if (count < job.trainingSize) {
    for (let i = 0; i < count; i++) {
      const row = Math.floor((i * job.trainingSize) / count);
      for (const value of rows(file, row, row + 1)) picked.push(value);
    }
  }
  const all = count < job.trainingSize ? picked : rows(file, 0, count);
  closeSync(file);
  return all;
}
