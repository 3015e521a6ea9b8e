/**
 * Trains and fills one index with faiss-node and writes it to a file. A process of its own, because faiss-node ends the
 * process on any error of FAISS, and because the number of threads can only be set before FAISS is loaded.
 *
 * Standard input: { faissNode, vectors, embeddingDim, size, trainRows, factory, out } as JSON; `vectors` is a file of
 * float32, [size, embeddingDim] row-major. What FAISS says goes to standard error.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Rows handed over at a time: faiss-node takes plain arrays, which need far more memory than the vectors. */
const ROWS_A_CALL = 8192;
const INNER_PRODUCT = 0;

const job = JSON.parse(readFileSync(0, 'utf8'));
const { Index } = createRequire(import.meta.url)(job.faissNode);
const file = openSync(job.vectors, 'r');
const index = Index.fromFactory(job.embeddingDim, job.factory, INNER_PRODUCT);
if (!index.isTrained()) index.train(trainingRows());
for (let row = 0; row < job.size; row += ROWS_A_CALL) index.add(rows(row, Math.min(row + ROWS_A_CALL, job.size)));
index.write(job.out);
closeSync(file);

/** `[from, to)` as a plain array. */
function rows(from, to) {
  const values = new Float32Array((to - from) * job.embeddingDim);
  const bytes = new Uint8Array(values.buffer);
  const start = from * job.embeddingDim * 4;
  for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, bytes.length - at, start + at);
  return Array.from(values);
}

/** At most `trainRows` rows, spread evenly. */
function trainingRows() {
  const count = Math.min(job.trainRows, job.size);
  if (count === job.size) return rows(0, job.size);
  const picked = [];
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * job.size) / count);
    for (const value of rows(row, row + 1)) picked.push(value);
  }
  return picked;
}
