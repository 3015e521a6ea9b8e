/** What single choices of preset `features` are worth; see README.md. Needs `npm run build` (npm start does it). */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { presetOf, useBackend } from '../../dist/index.js';
import { DATA_SETS } from './data-sets.mjs';
import { measure, tablesOf } from './measure.mjs';
import { COLD } from './models.mjs';
import { openData } from './open-data.mjs';
import { STUDIES } from './studies.mjs';
import { studyMarkdown } from './study-table.mjs';
import { thinnedGraph } from './thinned-graph.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    data: { type: 'string' },
    runs: { type: 'string', default: resolve(HERE, '../../.cache/cold-start') },
    backend: { type: 'string', default: 'auto' },
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny } = values;
const runs = tiny ? mkdtempSync(join(tmpdir(), 'twinlight-bench-cold-study-')) : resolve(values.runs);

/** The default of training.batchSize, which the preset leaves as it is. */
const BATCH_SIZE = 2048;
const LEAST_BATCH = 64;
const EPOCHS = 'training.epochs=';

/**
 * Of a thinned graph: batches that are as small a part of the training pairs as they are of the whole graph's, since no user is made
 * of the pairs of the batch (positives.messages), and as many steps and validations.
 */
function scheduleOf(graph, thinned, share, suited) {
  const chosen = suited.find((key) => key.startsWith(EPOCHS))?.slice(EPOCHS.length);
  const wholeEpochs = Number(chosen ?? presetOf('features').config.training.epochs);
  const batchSize = Math.max(LEAST_BATCH, Math.round(share * BATCH_SIZE));
  const stepsOf = ({ manifest }, size) => Math.ceil(manifest.counts.trainEdges / size);
  const ratio = stepsOf(graph, BATCH_SIZE) / stepsOf(thinned, batchSize);
  const epochs = Math.ceil(wholeEpochs * ratio);
  const evaluateEvery = Math.ceil(epochs / wholeEpochs);
  return [`training.batchSize=${batchSize}`, `${EPOCHS}${epochs}`, `training.evaluateEvery=${evaluateEvery}`];
}

async function tablesFor(study, data, seeds) {
  const set = DATA_SETS[data];
  const bench = { runs, seeds, backend: values.backend, tiny };
  const judgedBy = await openData(set, bench);
  if (!judgedBy) return console.log(`${data}: not here, left out (set TWINLIGHT_DATA)`);
  const graph = study.train < 1 ? await thinnedGraph(judgedBy, study.train, join(runs, 'graphs')) : judgedBy;
  const suited = set.set?.features ?? [];
  const schedule = study.train < 1 ? scheduleOf(judgedBy, graph, study.train, suited) : [];
  const common = [...COLD, ...suited, ...schedule];
  console.log(`\n${study.name}, ${graph.manifest.id}, seeds ${seeds}`);
  const measured = [];
  for (const { name, set: own = [] } of study.variants) {
    const model = { name, preset: 'features', set: [...common, ...own] };
    measured.push(await measure(model, { graph, judgedBy, teachers: {} }, bench));
  }
  const { id, hash } = graph.manifest;
  const preset = presetOf('features').config;
  return { data, graph: { id, hash }, seeds: `${seeds}`, preset, set: common, tasks: tablesOf(measured, study.base) };
}

/** One file a study and data set, so that a part of the studies can be run again. */
function file(study, table, text, machine) {
  const date = new Date().toISOString();
  const path = join(HERE, 'results/studies', `${study.name} ${table.data}`.replace(/\W+/g, '-'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.json`, `${JSON.stringify({ date, study, ...machine, ...table }, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${text}\n`);
  console.log(`filed in ${relative(HERE, path)}.json and .md`);
}

try {
  const backend = await useBackend(values.backend);
  const machine = { backend, cpu: cpus()[0].model, cores: cpus().length, node: process.version };
  const only = values.only?.split(',');
  for (const study of STUDIES.filter(({ name }) => only?.includes(name) ?? true)) {
    for (const [data, seeds] of Object.entries(study.seeds)) {
      if (values.data && data !== values.data) continue;
      // the made-up world is the same for all data sets
      if (tiny && data !== Object.keys(study.seeds)[0]) continue;
      const table = await tablesFor(study, data, seeds.slice(0, tiny ? 1 : undefined));
      if (!table) continue;
      const text = studyMarkdown(table.tasks, study.base);
      console.log(`\n${text}`);
      if (!tiny) file(study, table, text, machine);
    }
  }
} finally {
  if (tiny) rmSync(runs, { recursive: true, force: true });
}
