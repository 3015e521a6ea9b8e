/** Each view against the clean pass, and pairs of views, on a planted world; see README.md. Needs `npm run build`. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildGraph, createPlantedWorld, train } from '../../../dist/index.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { tiny: { type: 'boolean', default: false } } });
const clean = { name: 'identity' };
const dropout = { name: 'edge-dropout' };
const SINGLE = [
  dropout,
  { name: 'edge-addition' },
  { name: 'edge-addition', by: 'random' },
  { name: 'node-dropout' },
  { name: 'layerwise-edge-dropout' },
  { name: 'random-walk' },
  { name: 'embedding-noise' },
  { name: 'singular-value' },
];
/** With the planted world's attributes as nodes: no contrast, and masks of them. */
const ATTRIBUTES = ['genre', 'segment'];
const mask = { name: 'attribute-mask' };
const PAIRS = [
  [dropout, dropout],
  [dropout, { name: 'edge-addition' }],
  [{ name: 'random-walk' }, { name: 'random-walk' }],
  [dropout, { name: 'singular-value' }],
];
const configurations = [
  ...[undefined, ...SINGLE.map((view) => [view, clean]), ...PAIRS].map((pair) => ({ pair })),
  ...[undefined, [dropout, clean], [mask, clean], [mask, dropout]].map((pair) => ({ pair, attributes: ATTRIBUTES })),
];
const seeds = values.tiny ? [1] : [1, 2, 3];
const shared = {
  encoder: { numLayers: 2 },
  training: { epochs: values.tiny ? 1 : 20, batchSize: 1024, learningRate: 0.005, patience: 0 },
};
const nameOf = ({ name, by }) => (by ? `${name} ${by}` : name);

const work = mkdtempSync(join(tmpdir(), 'twinlight-views-'));
const date = new Date().toISOString();
const results = join(HERE, 'results');
const log = join(results, `${date.slice(0, 10)}.log`);
const say = (line) => {
  console.log(line);
  if (!values.tiny) appendFileSync(log, `${line}\n`);
};
try {
  if (!values.tiny) {
    mkdirSync(results, { recursive: true });
    rmSync(log, { force: true });
  }
  const size = values.tiny ? { numUsers: 80, numItems: 60, meanInteractions: 10 } : {};
  const { interactions } = createPlantedWorld({ ...size, seed: 1 });
  const graph = await buildGraph(interactions, { name: 'planted', graphsDir: join(work, 'graphs') });
  say(`graph ${graph.manifest.id}`);
  const rows = [];
  for (const { pair, attributes } of configurations) {
    const views = pair && { first: pair[0], second: pair[1], redraw: 'epoch' };
    const encoder = { ...shared.encoder, ...(attributes && { attributes }) };
    const config = { ...shared, encoder, ...(views && { views, losses: { contrastive: { weight: 0.1 } } }) };
    const name = (pair ? pair.map(nameOf).join(' + ') : 'no contrast') + (attributes ? ', attribute nodes' : '');
    const runs = [];
    for (const seed of seeds) {
      const run = join(work, 'run');
      const report = await train({
        source: graph,
        preset: 'lightgcn',
        config: { ...config, seed },
        run,
        overwrite: true,
      });
      const { bestEpoch, stepMs, valid, test } = report;
      runs.push({ seed, bestEpoch, stepMs, valid: valid['ndcg@20'], recall: test['recall@20'], ndcg: test['ndcg@20'] });
    }
    const mean = (key) => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
    const spread = Math.sqrt(
      runs.reduce((sum, run) => sum + (run.ndcg - mean('ndcg')) ** 2, 0) / Math.max(1, runs.length - 1),
    );
    rows.push({ name, ndcg: mean('ndcg'), spread, recall: mean('recall'), runs });
    const figures = `ndcg@20 ${mean('ndcg').toFixed(4)} ± ${spread.toFixed(4)}  recall@20 ${mean('recall').toFixed(4)}`;
    say(`${name.padEnd(48)} ${figures}  ${mean('stepMs').toFixed(1)} ms a step`);
  }
  if (!values.tiny) {
    const environment = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const result = { date, graph: graph.manifest.id, hash: graph.manifest.hash, seeds, environment, shared, rows };
    writeFileSync(join(results, `${date.slice(0, 10)}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
