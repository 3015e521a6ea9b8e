/** Test figures of presets on public benchmark sets. */
import { table } from '../../scripts/reference/markdown.mjs';
import { cellsOf, filedRows, shown } from '../experiments/presets/filed-rows.mjs';
import { NOTES } from '../experiments/presets/notes.mjs';
import { dataOf, environmentOf, facts, filesIn, link, milliseconds, readJson, readText } from './filed.mjs';

const INTRODUCTION = `recall@20 / ndcg@20. The epoch is selected on validation pairs that are no training edges. The final model is trained on train and
validation for that many epochs, one a seed, and only it meets the test pairs. A fusion's weights are selected on validation with the
models that were trained without it. Of published figures most have their epoch selected on test; their sources and the story of each row:
${link('experiments/presets/README.md', 'presets')}. Rows are in the order of their validation figures. \`@wide\` has 128 numbers a vector, a fusion those of its
models together, all else 64. \`±\` is the standard deviation over the seeds.`;

export function benchmarkSets() {
  return [
    '## Public benchmark sets',
    INTRODUCTION,
    ...['gowalla', 'yelp2018'].flatMap((dataset) => presetsOn(dataset)),
    gowallaTimed(),
  ].join('\n\n');
}

function presetsOn(dataset) {
  const rows = filedRows(dataset).sort((a, b) => b.valid[1] - a.valid[1]);
  const results = rows.flatMap((row) => row.results);
  const machines = results.flatMap(({ machine, node, backend }) =>
    machine ? [environmentOf({ cpu: machine.cpu, cores: machine.cores, node, backend })] : [],
  );
  const notes = NOTES.filter((note) => note.dataset === dataset);
  const marked = rows.map((row) => {
    const own = notes.flatMap(({ presets }, i) => (presets.includes(row.preset) ? [i + 1] : []));
    const sawTest = notes.some(({ presets, sawTest: told }) => told && presets.includes(row.preset));
    const [seeds, selected, ...figures] = cellsOf(row);
    const where = `${selected}${sawTest ? '; **test seen**' : ''}${own.length > 0 ? ` (${own.join(', ')})` : ''}`;
    return [row.preset, seeds, where, ...figures];
  });
  return [
    `### ${dataset}`,
    facts({
      command: `node bench/experiments/presets/run.mjs --dataset ${dataset} --presets NAME --seeds 42,1,2`,
      data: [...new Set(results.map(({ graph }) => dataOf(graph)))].join('; '),
      seeds: 'in the table; the epoch is selected with the first, 42',
      selected: 'validation; where test figures had a part in a choice, the row says **test seen**',
      environment: `${[...new Set(machines)].join('; ')}. Minutes are of one machine or another, beside other work`,
      filed: `experiments/presets/${dataset}/results`,
    }),
    table(['preset', 'seeds', 'by validation', 'valid', 'test', 'published', 'minutes (threads)'], marked),
    notes
      .map(({ sawTest, note }, i) => `${i + 1}. ${sawTest ? `**Test seen:** ${sawTest}` : capitalised(note)}.`)
      .join('\n'),
    ...fusions(rows),
    trials(dataset),
  ];
}

const capitalised = (text) => text[0].toUpperCase() + text.slice(1);

/** What every fusion gives by cosine and as trained, on validation. */
function fusions(rows) {
  const fused = rows.filter(({ tried }) => tried);
  if (fused.length === 0) return [];
  const best = (tried, similarity) => {
    const own = tried.filter((one) => one.similarity === similarity).sort((a, b) => b.valid[1] - a.valid[1]);
    return `${shown(own[0].valid)} (${own[0].weights.join(' : ')})`;
  };
  return [
    'Fusions by similarity, each with its best weights, on **validation**:',
    table(
      ['fusion', 'as trained', 'by cosine'],
      fused.map(({ preset, tried }) => [preset, best(tried, 'as-trained'), best(tried, 'cosine')]),
    ),
  ];
}

/** Single trials by which settings were found, from their logs: best epoch by ndcg. */
function trials(dataset) {
  const rows = filesIn('experiments/presets/trials', new RegExp(`^${dataset}-.*\\.txt$`)).flatMap((file) =>
    trialsIn(file),
  );
  return [
    'Single trials by which settings were found, on **validation**, seed 42, from `bench/experiments/presets/trials/`; none of these looked at test:',
    table(['trial', 'what', 'best epoch', 'recall@20 / ndcg@20'], rows),
  ].join('\n\n');
}

function trialsIn(file) {
  const name = file
    .split('/')
    .at(-1)
    .replace(/\.txt$/, '');
  return runsOfLog(readText(file)).map(({ what, epochs }) => {
    const best = epochs.reduce((top, one) => (one.figures[1] > top.figures[1] ? one : top));
    return [name, what, `${best.epoch} of ${epochs.at(-1).epoch}`, shown(best.figures)];
  });
}

/** A log has a comment before each run; of a configuration that is written out the first line is enough. */
function runsOfLog(text) {
  const runs = [];
  let comments = [];
  for (const line of text.split('\n')) {
    const [, before, epoch, ...figures] =
      line.match(/^(.*?) *epoch +(\d+) +recall@20 ([\d.]+) +ndcg@20 ([\d.]+)/) ?? [];
    if (epoch === undefined) {
      if (line.startsWith('#')) comments.push(line.slice(1).trim());
      continue;
    }
    if (comments.length > 0 || runs.at(-1).before !== before) {
      const told = comments.some((comment) => comment.includes(': {')) ? comments[0] : comments.at(-1);
      runs.push({ before, what: before || tidied(told ?? ''), epochs: [] });
      comments = [];
    }
    runs.at(-1).epochs.push({ epoch, figures: figures.map(Number) });
  }
  return runs;
}

const tidied = (comment) =>
  comment
    .replace(/; validation( after each epoch)?$/, '')
    .replace('this configuration', 'its configuration is in the file');

/** From text files to a test figure, by the clock. */
function gowallaTimed() {
  const folder = 'experiments/gowalla/results';
  const files = filesIn(folder, /\.json$/);
  const rows = files.map((file) => {
    const { seed, wallSeconds, bestEpoch, stepMs, valid, test } = readJson(file);
    const pick = (metrics) => shown([metrics['recall@20'], metrics['ndcg@20']]);
    return [seed, bestEpoch, pick(valid), pick(test), `${(wallSeconds / 60).toFixed(1)} min`, milliseconds(stepMs)];
  });
  const latest = readJson(files.at(-1));
  return [
    '### gowalla, timed from text files to the test figure',
    facts({
      command: 'node bench/experiments/gowalla/run.mjs',
      data: dataOf(latest.graph),
      seeds: 'in the table',
      selected:
        'validation for the epoch; **test seen**: the L2 weight of .05 was chosen in short trials that looked at test too',
      environment: environmentOf(latest),
      filed: files,
    }),
    table(['seed', 'epoch', 'valid', 'test', 'all of it', 'a step'], rows),
  ].join('\n\n');
}
