/** Models trained on a graph and asked for what is held out, with the tests between them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareReports, holmCorrected, loadRun, rankHeldOut, tasksOf, train } from '../../dist/index.js';
import { meanReport } from './mean-report.mjs';
import { TINY_SET } from './models.mjs';
import { TESTED } from './table.mjs';

const METRICS = ['recall', 'ndcg', 'precision'];

/**
 * @typedef {object} Bench
 * @property {string} runs folder in which runs are kept by their options
 * @property {string} backend
 * @property {boolean} tiny
 * @property {readonly string[]} seeds
 */

/**
 * A model with every seed, once where it knows no chance.
 *
 * @param {import('./models.mjs').ColdStartModel} model
 * @param {object} on
 * @param {object} on.graph that it is trained on
 * @param {object} [on.judgedBy] whose held-out pairs and tasks count, of the same users and items; default: the graph's
 * @param {Record<string, string>} on.teachers folders of runs by model and seed; those of this model are added
 * @param {Bench} bench
 * @returns figures of each task, means over the seeds: `tasks` of test, `valid` of validation
 */
export async function measure(model, { graph, judgedBy = graph, teachers }, bench) {
  const parts = { valid: [], test: [] };
  for (const seed of model.fixed ? bench.seeds.slice(0, 1) : bench.seeds) {
    const folder = await runOf(model, seed, { graph, teachers }, bench);
    teachers[`${model.name} ${seed}`] = folder;
    const { recommender } = await loadRun(folder);
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

/** Trained now, or by an earlier call with the same options: its folder is named after them. */
async function runOf(model, seed, { graph, teachers }, { runs, backend, tiny }) {
  const teacher = model.teacher && teachers[`${model.teacher} ${seed}`];
  const set = [...(model.set ?? []), ...(tiny && !model.fixed && !model.teacher ? TINY_SET : []), `seed=${seed}`];
  const config = { ...(teacher && { ranker: { run: teacher } }), evaluation: { topK: [20], maxUsers: 'all' } };
  const what = JSON.stringify([graph.manifest.hash, model.preset, set, config]);
  const hash = createHash('sha256').update(what).digest('hex').slice(0, 8);
  const run = join(runs, 'runs', `${model.preset}_${seed}_${hash}`);
  if (existsSync(join(run, 'report.json'))) return run;
  const options = { source: graph.folder, preset: model.preset, set, config, run, backend };
  await train({ ...options, overwrite: true });
  return run;
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
