/** What bench/cold-start has filed: the tasks of cold start on each data set, and the studies of preset features. */
import { DATA_SETS } from '../cold-start/data-sets.mjs';
import { STUDIES } from '../cold-start/studies.mjs';
import { studyMarkdown } from '../cold-start/study-table.mjs';
import { markdown } from '../cold-start/table.mjs';
import { dataOf, environmentOf, facts, filesIn, latest, readJson, section } from './filed.mjs';

const INTRODUCTION =
  'Items that training never saw, beside the others. Δ is the difference of the users’ means over the seeds, with a 95 % bootstrap interval over ' +
  'users; p is of a paired t-test after Holm’s correction.';
/** Of data sets, by name; of others the epoch was chosen as `PLAIN` says. */
const SELECTED = {
  'citeulike-t':
    'the cold items of validation (LightGCN: its warm ones), by ndcg@20; the values of preset features on validation, with test figures of twelve trials in sight',
  'ml-100k-items':
    'the cold items of validation (LightGCN: its warm ones), by ndcg@20; the learning rate of features there as well, on seed 1',
  'ml-100k-users': 'the users of validation, by ndcg@20',
};
const PLAIN = 'the cold items of validation, by ndcg@20 (LightGCN: none, the last epoch)';
const PEERS_SELECTED =
  'the cold items of validation (LightGCN: its warm ones), by ndcg@20, among the few epochs that a CPU could afford (DropoutNet: the last, still rising); settings of CLCRec there as well';
const MORE = 'cold-start/README.md';

export function coldStart() {
  const [first, ...others] = Object.keys(DATA_SETS).filter((name) => latest(folderOf(name)));
  return [
    '## New items',
    INTRODUCTION,
    ofData(first, facts),
    ...others.map((name) => ofData(name, (about) => section(`New items: ${name}`, about))),
    ...filesIn(PEERS_FOLDER, /\.json$/)
      .slice(-1)
      .map(ofPeers),
    ...filesIn('cold-start/results/studies', /\.json$/)
      .map((file) => ({ file, filed: readJson(file) }))
      .sort((a, b) => orderOf(a) - orderOf(b))
      .map(ofStudy),
  ].join('\n\n');
}

const folderOf = (name) => (name === 'citeulike-t' ? 'cold-start/results' : `cold-start/results/${name}`);
const PEERS_FOLDER = 'cold-start/results/peers';
/** Studies in the order of their declaration; files come sorted by name. */
const orderOf = ({ filed }) => STUDIES.findIndex(({ name }) => name === filed.study.name);

function ofData(name, headed) {
  const { baseline, warning, models: declared } = DATA_SETS[name];
  const file = latest(folderOf(name));
  const { graph, seeds, models, backend, cpu, cores, node, tasks } = readJson(file);
  const only = models.length < declared.length ? ` --only '${models.map((model) => model.name)}'` : '';
  const about = {
    command: `node bench/cold-start/run.mjs${name === 'citeulike-t' ? '' : ` --data ${name} --seeds ${seeds}${only}`}`,
    data: dataOf(graph.id),
    seeds: `${seeds} (the split is fixed)`,
    selected: SELECTED[name] ?? PLAIN,
    environment: environmentOf({ cpu, cores, node, backend: backend.name, threads: backend.threads }),
    filed: file,
    more: MORE,
  };
  return [headed(about), warning, markdown(tasks, baseline)].filter(Boolean).join('\n\n');
}

function ofPeers(file) {
  const { graph, seeds, models, baseline, backend, cpu, cores, node, tasks } = readJson(file);
  const about = {
    command: `node bench/cold-start/run.mjs --peers --seeds ${seeds} --only '${models.map(({ name }) => name)}'`,
    data: dataOf(graph.id),
    seeds: `${seeds} (the split is fixed)`,
    selected: PEERS_SELECTED,
    environment: environmentOf({ cpu, cores, node, backend: backend.name, threads: backend.threads }),
    filed: file,
    more: MORE,
  };
  const others = models.map(({ name }) => name).filter((name) => name !== baseline);
  return section(`New items: ${others.join(', ')}`, about, markdown(tasks, baseline));
}

function ofStudy({ file, filed }) {
  const { study, data, graph, seeds, backend, cpu, cores, node, tasks } = filed;
  const about = {
    command: `node bench/cold-start/study.mjs --only '${study.name}' --data ${data}`,
    data: dataOf(graph.id),
    seeds: `${seeds} (the split is fixed)`,
    selected: 'the epoch on the cold items of validation, by ndcg@20; nothing else',
    environment: environmentOf({ cpu, cores, node, backend: backend.name, threads: backend.threads }),
    filed: file,
    more: MORE,
  };
  return section(`Features, ${study.name}: ${data}`, about, studyMarkdown(tasks, study.base));
}
