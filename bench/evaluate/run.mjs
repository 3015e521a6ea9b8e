/** Ours, NumPy, PyTorch and FAISS at the same ranking; see README.md. Needs `npm run build` (npm start does it). */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { useBackend } from '../../dist/backend/index.js';
import { Rng } from '../../dist/core/rng.js';
import { EmbeddingRecommender } from '../../dist/retrieval/index.js';
import { findPython } from '../find-python.mjs';
import { agreement, denseRate, evaluateOurs, rankFaiss, rankOurs } from './measure.mjs';
import { madeUpPairs, pairsOf } from './pairs.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    dim: { type: 'string', default: '64' },
    k: { type: 'string', default: '20' },
    repeats: { type: 'string', default: '3' },
    python: { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const [dim, k] = [Number(values.dim), Number(values.k)];
const repeats = values.tiny ? 1 : Number(values.repeats);
const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-evaluate-'));

function peers(embeddings, exclude) {
  const program = findPython(values.python);
  if (program === undefined) {
    console.error('left out: NumPy and PyTorch: no Python has both');
    return {};
  }
  const write = (name, array) =>
    writeFileSync(join(work, name), new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  write('users.f32', embeddings.users);
  write('items.f32', embeddings.items);
  write('offsets.i32', exclude.offsets);
  write('excluded.i32', exclude.values);
  const args = [join(HERE, 'peers.py'), work, String(dim), String(k), String(repeats)];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  console.error(`left out: NumPy and PyTorch: ${stderr.trim().split('\n').pop()}`);
  return {};
}

try {
  const folder = values.data ?? join(process.env.TWINLIGHT_DATA ?? resolve(HERE, '../../../shared/data'), 'gowalla');
  const real = !values.tiny && existsSync(folder);
  if (!values.tiny && !real) console.error(`no data in ${folder}: made-up exclusions instead`);
  const pairs = real ? await pairsOf(folder) : madeUpPairs(values.tiny ? 300 : 30_000, values.tiny ? 500 : 40_000);
  const { numUsers, numItems, exclude } = pairs;
  const rng = Rng.of(1, 'bench', 'evaluate');
  const gaussians = (length) => Float32Array.from({ length }, () => rng.normal());
  const embeddings = {
    embeddingDim: dim,
    users: gaussians(numUsers * dim),
    items: gaussians(numItems * dim),
    normalized: false,
  };
  const backend = await useBackend('auto');
  const recommender = new EmbeddingRecommender(embeddings);
  console.log(
    `${pairs.name}: ${numUsers} users × ${numItems} items, d ${dim}, K ${k}, ${backend.name} (${backend.detail})`,
  );

  const ranked = await rankOurs(recommender, exclude, k, repeats);
  const rows = [
    { name: 'ours, evaluation', ms: await evaluateOurs(recommender, pairs, k, repeats, {}) },
    { name: 'ours, with mean ranks', ms: await evaluateOurs(recommender, pairs, k, repeats, { meanRank: true }) },
    { name: 'ours, ranking alone', ms: ranked.ms },
  ];
  for (const [name, { ms, version }] of Object.entries(peers(embeddings, exclude))) {
    const bytes = readFileSync(join(work, `${name}.i32`));
    const ids = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    rows.push({ name: `${name} ${version}, ranking alone`, ms, agreement: agreement(ids, ranked.ids, k) });
  }
  const faiss = await rankFaiss(embeddings, exclude, k, repeats, work, ranked.ids);
  if (faiss === undefined) console.error('left out: FAISS: faiss-node does not load');
  else
    rows.push({ name: `FAISS ${faiss.version ?? ''} flat, ranking alone`, ms: faiss.ms, agreement: faiss.agreement });

  for (const row of rows) {
    row.ratio = row.ms / rows[0].ms;
    const agrees = row.agreement === undefined ? '' : `  agreement ${row.agreement.toFixed(5)}`;
    console.log(
      `${row.name.padEnd(36)} ${row.ms.toFixed(0).padStart(8)} ms  ${row.ratio.toFixed(2).padStart(6)} ×${agrees}`,
    );
  }
  const gflops = (2 * numUsers * numItems * dim) / ranked.ms / 1e6;
  const peak = denseRate(repeats);
  const share = peak === undefined ? '' : `, ${(gflops / peak).toFixed(2)} of our dense product's ${peak.toFixed(0)}`;
  console.log(`ranking alone: ${gflops.toFixed(0)} GFLOP/s${share}`);
  if (!values.tiny) {
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const result = {
      date: new Date().toISOString(),
      data: pairs.name,
      numUsers,
      numItems,
      dim,
      k,
      repeats,
      seed: 1,
      backend,
      ...machine,
    };
    mkdirSync(join(HERE, 'results'), { recursive: true });
    const file = join(HERE, 'results', `${result.date.slice(0, 10)}.json`);
    writeFileSync(file, `${JSON.stringify({ ...result, rows, gflops, denseProductGflops: peak }, null, 2)}\n`);
    console.log(`filed in results/${result.date.slice(0, 10)}.json`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
