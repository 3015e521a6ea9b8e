/** What the choices of recall training are worth: a table a study, its data sets side by side. */
import { table } from '../../scripts/reference/markdown.mjs';
import { dataOf, environmentOf, facts, filesIn, foldersIn, link, readJson, readText } from './filed.mjs';

/** In the order in which one would ask; others come after them. */
const ORDER = [
  'negatives',
  'temperature',
  'normalisation',
  'batch-size',
  'queue',
  'views',
  'prototypes',
  'joint',
  'joint-by-data',
  'curriculum',
];

/** Folders of bench/experiments that have filed a study. */
function names() {
  const found = foldersIn('experiments').filter((name) =>
    filesIn(`experiments/${name}/results`, /\.json$/).some((file) => 'study' in readJson(file)),
  );
  return [...ORDER.filter((name) => found.includes(name)), ...found.filter((name) => !ORDER.includes(name))];
}

/** Columns that only one study has. */
const MORE = { temperature: ['hardest 1 %', 'hardest 1 %, same model'] };

const INTRODUCTION = `One choice at a time, on a planted world whose truth is known (seen through the log of an old recommender) and on MovieLens 100K. ndcg@20
on validation, which chooses, and on test, \`±\` the standard deviation over the seeds. Δ is the difference in test ndcg@20 from the
study's baseline with its 95 % interval over users. **Bold** is the variant of each group with the best validation figure. What the
data are, what the columns mean and more of them: ${link('experiments/README.md', 'studies')}. With some twenty variants a table, an interval that just misses 0 is no
discovery.`;

export function studies() {
  return ['## Studies', INTRODUCTION, ...names().map(study)].join('\n\n');
}

function study(name) {
  const folder = `experiments/${name}`;
  const [file] = filesIn(`${folder}/results`, /\.json$/).slice(-1);
  const { environment, seeds, baseline, chosenBy, data } = readJson(file);
  const [, title] = readText(`${folder}/README.md`).match(/^# (.+)$/m);
  const variants = [...new Set(data.flatMap(({ rows }) => rows.map(({ variant }) => variant)))];
  return [
    `### ${title}`,
    facts({
      command: `node bench/${folder}/run.mjs`,
      data: data.map(({ graph }) => dataOf(graph)).join('; '),
      seeds: seeds.join(', '),
      selected: `validation (epoch, and bold by ${chosenBy}); the baseline is "${baseline}"`,
      environment: environmentOf(environment),
      filed: file,
      more: `${folder}/README.md`,
    }),
    data.length > MOST_SIDE_BY_SIDE ? bySet(data, variants) : byVariant(data, variants, MORE[name] ?? []),
  ].join('\n\n');
}

/** Data sets whose figures fit beside one another. */
const MOST_SIDE_BY_SIDE = 4;

function byVariant(data, variants, more) {
  const head = data.flatMap(({ set }) => [`${set} valid`, 'test', ...more, 'Δ']);
  return table(
    ['variant', ...head],
    variants.map((variant) => [variant, ...data.flatMap((one) => cells(one, variant, more))]),
  );
}

/** Of many data sets the differences alone, a row a set. */
function bySet(data, variants) {
  const compared = variants.filter((variant) =>
    data.some(({ rows }) =>
      rows.some((row) => row.variant === variant && row.difference && row.config && !NO_TRAINING.test(variant)),
    ),
  );
  const row = ({ set, rows, chosen }) => [
    set,
    ...compared.map((variant) => {
      const text = difference(rows.find((one) => one.variant === variant)?.difference);
      return chosen.includes(variant) ? `**${text}**` : text;
    }),
  ];
  return table(['Δ', ...compared], data.map(row));
}

const NO_TRAINING = /\(no training\)$/;

/** Cells of a variant on one data set; empty where it was not tried there. */
function cells({ rows, chosen }, variant, more) {
  const row = rows.find((one) => one.variant === variant);
  if (!row) return ['', '', ...more.map(() => ''), ''];
  if (row.failed) return [row.failed.split(':')[0], '', ...more.map(() => ''), ''];
  const figure = (title, digits = 4) => {
    const value = row.values[title];
    if (!value) return '';
    const spread = value.n > 1 && digits === 4 ? ` ± ${value.sd.toFixed(4)}` : '';
    return value.mean.toFixed(digits) + spread;
  };
  const valid = figure('valid ndcg@20');
  return [
    chosen.includes(variant) ? `**${valid}**` : valid,
    figure('ndcg@20'),
    ...more.map((title) => figure(title, 2)),
    difference(row.difference),
  ];
}

const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

const difference = (one) => (one ? `${signed(one.meanDifference)} [${signed(one.low)}, ${signed(one.high)}]` : '');
