/** Models trained on a graph and asked for what is held out, with the tests between them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareReports, embeddingsOf, holmCorrected, loadRun, rankHeldOut, tasksOf, train } from '../../dist/index.js';
import { meanReport } from './mean-report.mjs';
import { TINY_PEER_SET, TINY_SET } from './models.mjs';
import { peerRecommender } from './peers.mjs';
import { TESTED } from './table.mjs';

const METRICS = ['recall', 'ndcg', 'precision'];

/**
 * @typedef {object} Bench
 * @property {string} runs folder in which runs are kept by their options
 * @property {string} backend
 * @property {boolean} tiny
 * @property {readonly string[]} seeds
 * @property {string} [python] of the peers
 */

/**
 * A model with every seed, once where it knows no chance.
 *
 * @param {import('./models.mjs').ColdStartModel | import('./models.mjs').ColdStartPeer} model
 * @param {object} on
 * @param {object} on.graph that it is trained on
 * @param {object} [on.judgedBy] whose held-out pairs and tasks count, of the same users and items; default: the graph's
 * @param {Record<string, string>} on.teachers folders of runs by model and seed; those of this model are added
 * @param {Bench} bench
 * @throws Error where a model is made from another that was not measured before
 * @returns figures of each task, means over the seeds: `tasks` of test, `valid` of validation
 */
export async function measure(model, { graph, judgedBy = graph, teachers }, bench) {
  const parts = { valid: [], test: [] };
  for (const seed of model.fixed ? bench.seeds.slice(0, 1) : bench.seeds) {
    const teacher = teacherOf(model, seed, teachers);
    let recommender;
    if (model.peer) recommender = await peerOf(model, seed, { graph, teacher }, bench);
    else {
      const folder = await runOf(model, seed, { graph, teacher }, bench);
      teachers[`${model.name} ${seed}`] = folder;
      ({ recommender } = await loadRun(folder));
    }
    for (const [part, reports] of Object.entries(parts)) {
      reports.push(tasksOf(await rankHeldOut(recommender, judgedBy, { part, topK: [20], metrics: METRICS })));
    }
  }
  const means = (reports) => reports[0].map((_, task) => meanReport(reports.map((of) => of[task])));
  const measured = { model: model.name, tasks: means(parts.test), valid: means(parts.valid) };
  const shown = measured.tasks.map(
    ({ task, metrics }) => `${task} ${TESTED.map((key) => metrics[key].toFixed(4)).join('/')}`,
  );
  console.log(`${model.name.padEnd(24)} ${shown.join('   ')}`);
  return measured;
}

function teacherOf({ name, teacher }, seed, teachers) {
  const run = teachers[`${teacher} ${seed}`];
  if (teacher && !run) throw new Error(`${name} is made from ${teacher}: name both in --only`);
  return run;
}

/** Named after the options, so that an earlier call's is found. */
function folderOf(name, seed, options, { runs }) {
  const hash = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 8);
  return join(runs, 'runs', `${name}_${seed}_${hash}`);
}

/** The folder of a run: trained now, or by an earlier call with the same options. */
async function runOf(model, seed, { graph, teacher }, bench) {
  const small = bench.tiny && !model.fixed && !teacher;
  const set = [...(model.set ?? []), ...(small ? TINY_SET : []), `seed=${seed}`];
  const config = { ...(teacher && { ranker: { run: teacher } }), evaluation: { topK: [20], maxUsers: 'all' } };
  const run = folderOf(model.preset, seed, [graph.manifest.hash, model.preset, set, config], bench);
  if (existsSync(join(run, 'report.json'))) return run;
  const options = { source: graph.folder, preset: model.preset, set, config, run, backend: bench.backend };
  await train({ ...options, overwrite: true });
  return run;
}

/** A model of others, trained now or by an earlier call. */
async function peerOf(model, seed, { graph, teacher }, bench) {
  const set = [...(model.set ?? []), ...(bench.tiny ? [...TINY_PEER_SET, ...(model.tiny ?? [])] : [])];
  const folder = folderOf(model.peer, seed, [graph.manifest.hash, model.peer, set, teacher], bench);
  const embeddings = teacher && embeddingsOf(await loadRun(teacher));
  return peerRecommender(model.peer, graph, embeddings, { python: bench.python, seed, set, folder });
}

/**
 * Each model against one, paired over users; p corrected for the models of a task.
 *
 * @param {Awaited<ReturnType<typeof measure>>[]} measured of one graph
 * @param {string} baseline name of a model; without it among them nothing is tested
 * @param {readonly string[]} [tasks] that are told; absent: all
 */
export function tablesOf(measured, baseline, tasks) {
  const base = measured.find(({ model }) => model === baseline);
  const tables = {};
  for (const [at, { task, numCandidates, numUsersEvaluated }] of measured[0].tasks.entries()) {
    if (tasks && !tasks.includes(task)) continue;
    const others = measured.filter((one) => base && one !== base);
    const comparisons = others.map((one) => compareReports({ a: base.tasks[at], b: one.tasks[at] }).perUserMetrics);
    const testOf = (other, metric) => comparisons[other].find((test) => test.metric === metric);
    const rows = measured.map(({ model, tasks: own, valid }) => {
      const { metrics, spread } = own[at];
      const other = others.findIndex((one) => one.model === model);
      const tests = TESTED.map((metric) => {
        if (other < 0) return [metric, undefined];
        const pHolm = holmCorrected(comparisons.map((_, i) => testOf(i, metric).pValue))[other];
        const { meanDifference, low, high } = testOf(other, metric);
        return [metric, { meanDifference, low, high, pHolm }];
      });
      const chosenBy = valid.find((report) => report.task === task)?.metrics;
      return { model, metrics, ...(spread && { spread }), valid: chosenBy, tests: Object.fromEntries(tests) };
    });
    tables[task] = { candidates: numCandidates, users: numUsersEvaluated, rows };
  }
  return tables;
}
