/**
 * A process of the fuzzer in faiss-structures.mjs: makes the cases `from` to `to`, opens each, searches, and prints a line
 * of JSON for each when it is done.
 *
 * The argument, as JSON: { folder, name, from, to, seed, keep?, faissNode? }. `folder` holds the whole files (*.seed),
 * `name` is that of a file and of a bundle of this process alone, `keep` gets the bytes of the last case, `faissNode` is a
 * package to load in place of faiss-node.
 */
import { readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { openBundle, openIndex, TwinlightError } from '../../dist/index.js';
import { loadFaissNode } from '../../dist/retrieval/faiss/faiss-backend.js';
import { Draw } from '../native-draw.mjs';
import { fieldsOf } from './faiss-fields.mjs';
import { mutate } from './faiss-mutations.mjs';
import { DIM, writeBundle } from './faiss-seeds.mjs';

const job = JSON.parse(process.argv[2]);
if (job.faissNode) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) =>
    resolve.call(Module, request === 'faiss-node' ? job.faissNode : request, ...rest);
}
const QUERIES = Float32Array.from({ length: 3 * DIM }, (_, at) => Math.sin(at + 1));
/** Refusals that a check of ours should have come before. */
const TOO_LATE = ['FAISS_ANSWER', 'FILE_CHANGED'];

const seeds = readdirSync(job.folder)
  .filter((name) => name.endsWith('.seed'))
  .sort()
  .map((name) => {
    const bytes = new Uint8Array(readFileSync(join(job.folder, name)));
    return { name, bytes, fields: fieldsOf(bytes), size: Number(new DataView(bytes.buffer).getBigInt64(8, true)) };
  });
const file = join(job.folder, `${job.name}.faiss`);
const bundle = join(job.folder, `${job.name}.bundle`);

for (let number = job.from; number < job.to; number++) {
  const draw = new Draw((job.seed * 1_000_003 + number * 104_729) >>> 0);
  const seed = draw.one(seeds);
  const { bytes, how } = mutate(draw, seed, seeds);
  if (job.keep) writeFileSync(job.keep, bytes);
  const outcome = await (draw.chance(0.2) ? tryBundle(bytes, seed.size) : tryIndex(bytes, draw));
  const isWhole = how === 'left whole';
  if (isWhole && !outcome.answered) outcome.problem ??= `a whole file was refused: ${outcome.message}`;
  const told = { case: number, answered: outcome.answered, refused: outcome.refused, problem: outcome.problem };
  writeSync(1, `${JSON.stringify(outcome.problem ? { ...told, how: `${seed.name}: ${how}` } : told)}\n`);
}

async function tryIndex(bytes, draw) {
  writeFileSync(file, bytes);
  return outcomeOf(file, async () => {
    const engine = draw.chance(0.3) && loadFaissNode() !== undefined ? 'faiss' : 'auto';
    const index = openIndex(file, { engine });
    const queries = QUERIES.slice(0, 3 * index.embeddingDim);
    if (queries.length % index.embeddingDim !== 0) return searchWide(index);
    for (const k of [1, 7, index.size + 2]) {
      if (k > 5000) continue;
      assertAnswer(await index.search(queries, k), { queries: queries.length / index.embeddingDim, k, index });
    }
  });
}

/** For an index whose dimension was changed. */
async function searchWide(index) {
  if (index.embeddingDim > 1 << 20) return;
  assertAnswer(await index.search(new Float32Array(index.embeddingDim).fill(0.5), 3), { queries: 1, k: 3, index });
}

async function tryBundle(bytes, numItems) {
  writeBundle(bundle, bytes, numItems);
  return outcomeOf(bundle, async () => {
    const opened = await openBundle(bundle);
    for (const k of [1, 20]) {
      assertFound(await opened.recommend('user1', { k, exclude: ['item3'] }), { k, numItems });
      assertFound(await opened.similar('item2', { k }), { k, numItems });
    }
  });
}

/** @returns `{ answered }`, `{ refused, message }` or `{ problem }` */
async function outcomeOf(path, open) {
  try {
    await open();
    return { answered: true };
  } catch (error) {
    if (!(error instanceof TwinlightError)) return { problem: String(error?.stack ?? error) };
    if (TOO_LATE.includes(error.code) || error.message.includes('FAISS refuses')) {
      return { problem: `it went as far as the library: ${error.message}` };
    }
    if (!error.message.includes(path)) return { problem: `the error does not name the file: ${error.message}` };
    return { refused: error.code, message: error.message };
  }
}

/** The answer of `search`: its shape, and in each row known items, each once, best first, gaps at the end. */
function assertAnswer({ k, ids, scores }, { queries, k: asked, index }) {
  assert(
    k === Math.min(asked, index.size) && ids.length === queries * k && scores.length === queries * k,
    `shape ${k}, ${ids.length}`,
  );
  for (let query = 0; query < queries; query++) {
    const row = [...ids.subarray(query * k, (query + 1) * k)];
    const found = row.filter((id) => id !== -1);
    assert(
      row.slice(found.length).every((id) => id === -1),
      'a gap before an item',
    );
    assert(
      found.every((id) => id >= 0 && id < index.idLimit),
      `items ${found} of ${index.idLimit}`,
    );
    assert(new Set(found).size === found.length, `an item twice: ${found}`);
    const ordered = scores.subarray(query * k, query * k + found.length);
    // products of numbers near the largest float are infinite, and their sums no numbers, which have no order
    if (ordered.every(Number.isFinite)) {
      assert(
        ordered.every((score, at) => at === 0 || score <= ordered[at - 1]),
        'not best first',
      );
    }
  }
}

function assertFound(found, { k, numItems }) {
  assert(found.length <= k, `${found.length} items for k = ${k}`);
  for (const { id, score } of found) {
    const row = Number(/^item(\d+)$/.exec(id)?.[1]);
    assert(row >= 0 && row < numItems && typeof score === 'number', `item ${id}, score ${score}`);
  }
}

function assert(holds, message) {
  if (!holds) throw new Error(`wrong answer: ${message}`);
}
