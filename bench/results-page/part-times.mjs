/** What the parts around training cost, and how the whole grows: ranking, reading, sizes. */
import { table } from '../../scripts/reference/markdown.mjs';
import { environmentOf, latest, milliseconds, readJson, section, times } from './filed.mjs';

export function evaluate() {
  const file = latest('evaluate/results');
  const { data, numUsers, numItems, dim, k, repeats, rows, backend, gflops, denseProductGflops, ...machine } =
    readJson(file);
  return section(
    'Ranking everything for everybody',
    {
      command: `node bench/evaluate/run.mjs --repeats ${repeats}`,
      data: `${data}: ${numUsers} users, ${numItems} items, random vectors of ${dim} numbers, top ${k} without training items`,
      environment: environmentOf({ ...machine, backend: backend.detail }),
      filed: [file],
    },
    table(
      ['what', 'time', 'beside ours', 'same items as ours'],
      rows.map(({ name, ms, ratio, agreement }) => [
        name,
        `${(ms / 1000).toFixed(2)} s`,
        times(ratio),
        agreement === undefined ? '' : `${(100 * agreement).toFixed(3)} %`,
      ]),
    ),
    `Our ranking makes ${gflops.toFixed(0)} GFLOP/s of the ${denseProductGflops.toFixed(0)} that our own dense product makes at its best size.`,
  );
}

export function load() {
  const file = latest('load/results');
  const { plain, prefix, quoted, timesAsFastAsQuoted, gowalla, ...machine } = readJson(file);
  const reading = [
    ['plain lines', plain],
    ['the first of them', prefix],
    ['the same, quoted', quoted],
  ].map(([name, { rows, rowsPerSecond, ingestMs, peakRssMB }]) => [
    name,
    rows.median.toLocaleString('en-US'),
    rowsPerSecond.toLocaleString('en-US'),
    `${(ingestMs.least / 1000).toFixed(2)} to ${(ingestMs.most / 1000).toFixed(2)} s`,
    `${peakRssMB.median.toFixed(0)} MB`,
  ]);
  const stages = [
    ['read and split', 'readAndSplitMs'],
    ['assemble', 'assembleMs'],
    ['seal', 'sealMs'],
    ['save', 'saveMs'],
    ['all of the build', 'totalMs'],
    ['load what was stored', 'loadMs'],
  ].map(([name, key]) => [
    name,
    milliseconds(gowalla[key].median),
    milliseconds(gowalla[key].least),
    milliseconds(gowalla[key].most),
  ]);
  return section(
    'Reading data',
    {
      command: 'node bench/load/run.mjs',
      data: 'a CSV file user,item,timestamp that was just written; gowalla from LightGCN text',
      environment: environmentOf(machine),
      filed: [file],
    },
    table(['CSV', 'rows', 'rows a second', 'time', 'peak memory'], reading),
    `Plain lines are read ${times(timesAsFastAsQuoted)} times as fast as quoted ones.`,
    table(['gowalla', 'median', 'fastest', 'slowest'], stages),
  );
}

export function scale() {
  const sizes = latest('scale/results', /^\d{4}-\d\d-\d\d\.json$/);
  const { rows, exponents, ...machine } = readJson(sizes);
  const compared = latest('scale/results', /-compare\.json$/);
  const turns = readJson(compared);
  const millions = (count) => `${count / 1e6} M`;
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  return section(
    'As the work grows',
    {
      command: 'node bench/scale/run.mjs; node bench/scale/compare.mjs',
      data: 'generated graphs without tastes; preset joint, sampled neighbours, 64 numbers a vector',
      environment: environmentOf(machine),
      filed: [sizes, compared],
    },
    table(
      [
        'interactions',
        'edges',
        'build',
        'a step',
        'an epoch, extrapolated',
        'evaluation (users)',
        'export',
        'peak memory',
      ],
      rows.map((row) => [
        millions(row.interactions),
        row.trainEdges.toLocaleString('en-US'),
        seconds(row.buildMs),
        milliseconds(row.stepMs),
        seconds(row.epochMsExtrapolated),
        `${seconds(row.evaluateMs)} (${row.usersEvaluated.toLocaleString('en-US')})`,
        seconds(row.exportMs),
        `${row.peakRssMB} MB`,
      ]),
    ),
    `Exponents of growth (1 is linear): ${Object.entries(exponents)
      .map(
        ([name, value]) =>
          `${name.replace(/Ms(Extrapolated)?$/, '').replace('peakRssMB', 'peak memory')} ${value.toFixed(2)}`,
      )
      .join(', ')}. Two sizes in turns in one process, which is the fairer comparison and newer:`,
    table(
      ['interactions', 'a step', 'an interaction'],
      turns.rows.map(({ millions: size, stepMs, microsecondsAnInteraction }) => [
        `${size} M`,
        milliseconds(stepMs),
        `${microsecondsAnInteraction.toFixed(1)} µs`,
      ]),
    ),
    `So an interaction costs ${turns.ratio.toFixed(2)} times as much.`,
  );
}
