/** Models on overall, cold and warm items of one split; see README.md. Needs `npm run build` (npm start does it). */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  buildGraph,
  compareReports,
  createPlantedWorld,
  evaluateRun,
  holmCorrected,
  loadRun,
  tasksOf,
  train,
  useBackend,
} from '../../dist/index.js';
import { meanReport } from './mean-report.mjs';
import { BASELINE, MODELS, TINY_SET } from './models.mjs';
import { markdown, TESTED } from './table.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    models: { type: 'string' },
    only: { type: 'string' },
    runs: { type: 'string', default: resolve(HERE, '../../.cache/cold-start') },
    backend: { type: 'string', default: 'auto' },
    tiny: { type: 'boolean', default: false },
  },
});
const runs = values.tiny ? mkdtempSync(join(tmpdir(), 'twinlight-bench-cold-')) : resolve(values.runs);

/** The graph as given, or a made-up world cut in the same way. */
async function graphOf() {
  const graphsDir = join(runs, 'graphs');
  const folder =
    values.data ?? join(process.env.TWINLIGHT_DATA ?? resolve(HERE, '../../../shared/data'), 'citeulike-t');
  if (!values.tiny && existsSync(folder)) return buildGraph(folder, { graphsDir });
  if (!values.tiny) console.error(`no data in ${folder}: a made-up world instead, whose figures mean nothing`);
  const { interactions } = createPlantedWorld({ seed: 1, numUsers: 150, numItems: 120, meanInteractions: 15 });
  return buildGraph(interactions, { graphsDir, name: 'planted', data: { split: { name: 'warm-cold-item' } } });
}

/** Trained now, or by an earlier call with the same options: its folder is named after them. */
async function runOf(model, seed, graph, teachers) {
  const teacher = model.teacher && teachers[`${model.teacher} ${seed}`];
  const set = [
    ...(model.set ?? []),
    ...(values.tiny && !model.fixed && !model.teacher ? TINY_SET : []),
    `seed=${seed}`,
  ];
  const config = { ...(teacher && { ranker: { run: teacher } }), evaluation: { topK: [20], maxUsers: 'all' } };
  const what = JSON.stringify([graph.manifest.hash, model.preset, set, config]);
  const hash = createHash('sha256').update(what).digest('hex').slice(0, 8);
  const run = join(runs, 'runs', `${model.name.replace(/\W+/g, '-')}_${seed}_${hash}`);
  if (existsSync(join(run, 'report.json'))) return run;
  const options = { source: graph.folder, preset: model.preset, set, config, run, backend: values.backend };
  await train({ ...options, overwrite: true });
  return run;
}

async function measure(graph, models) {
  const seeds = values.seeds.split(',').slice(0, values.tiny ? 2 : undefined);
  const teachers = {};
  const measured = [];
  for (const model of models) {
    const reports = [];
    for (const seed of model.fixed ? seeds.slice(0, 1) : seeds) {
      const folder = await runOf(model, seed, graph, teachers);
      teachers[`${model.name} ${seed}`] = folder;
      reports.push(tasksOf(await evaluateRun(await loadRun(folder), { metrics: ['recall', 'ndcg', 'precision'] })));
    }
    const tasks = reports[0].map((_, task) => meanReport(reports.map((of) => of[task])));
    measured.push({ model: model.name, tasks });
    const shown = tasks.map(({ task, metrics }) => `${task} ${TESTED.map((key) => metrics[key].toFixed(4)).join('/')}`);
    console.log(`${model.name.padEnd(24)} ${shown.join('   ')}`);
  }
  return measured;
}

/** Each model against the baseline, paired over users; p corrected for the models of a task. */
function tablesOf(measured) {
  const baseline = measured.find(({ model }) => model === BASELINE);
  const tables = {};
  for (const [at, { task, numCandidates, numUsersEvaluated }] of measured[0].tasks.entries()) {
    const others = measured.filter((one) => baseline && one !== baseline);
    const comparisons = others.map(
      ({ tasks }) => compareReports({ a: baseline.tasks[at], b: tasks[at] }).perUserMetrics,
    );
    const testOf = (other, metric) => comparisons[other].find((test) => test.metric === metric);
    const rows = measured.map(({ model, tasks }) => {
      const { metrics, spread } = tasks[at];
      const other = others.findIndex((one) => one.model === model);
      const tests = TESTED.map((metric) => {
        if (other < 0) return [metric, undefined];
        const pHolm = holmCorrected(comparisons.map((_, i) => testOf(i, metric).pValue))[other];
        const { meanDifference, low, high } = testOf(other, metric);
        return [metric, { meanDifference, low, high, pHolm }];
      });
      return { model, metrics, ...(spread && { spread }), tests: Object.fromEntries(tests) };
    });
    tables[task] = { candidates: numCandidates, users: numUsersEvaluated, rows };
  }
  return tables;
}

try {
  const backend = await useBackend(values.backend);
  const graph = await graphOf();
  const own = values.models ? JSON.parse(readFileSync(values.models, 'utf8')) : [];
  const only = values.only?.split(',');
  const models = [...MODELS, ...own].filter(({ name }) => only?.includes(name) ?? true);
  console.log(`${graph.manifest.id}, seeds ${values.seeds}, ${backend.name} (${backend.detail})`);
  const tasks = tablesOf(await measure(graph, models));
  const text = markdown(tasks, BASELINE);
  console.log(`\n${text}`);
  if (!values.tiny) {
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const { id, hash, data } = graph.manifest;
    const date = new Date().toISOString();
    const result = {
      date,
      graph: { id, hash, split: data.split },
      seeds: values.seeds,
      models,
      backend,
      ...machine,
      tasks,
    };
    const file = join(HERE, 'results', date.slice(0, 10));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`);
    writeFileSync(`${file}.md`, `${text}\n`);
    console.log(`\nfiled in results/${date.slice(0, 10)}.json and .md`);
  }
} finally {
  if (values.tiny) rmSync(runs, { recursive: true, force: true });
}
