/** How long it takes to make vectors of new items from their features; see README.md. Needs `npm run build` (npm start does it). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ContentEncoder, fitField, Rng } from '../../dist/index.js';
import { contentOfFields } from '../../dist/retrieval/content/content-of-fields.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000' },
    repeats: { type: 'string', default: '5' },
    tiny: { type: 'boolean', default: false },
  },
});
const numItems = values.tiny ? 200 : Number(values.items);
const repeats = values.tiny ? 2 : Number(values.repeats);
const DIM = 64;
const NUM_FIELDS = 20;

const rng = Rng.of(1, 'bench-encode');
const pick = (count) => Math.floor(rng.uniform() * count);
const words = Array.from({ length: 5000 }, (_, i) => `word${i}`);

/** 20 columns: 10 categories, 4 lists, 4 numbers, 2 texts of some 12 words. */
function column(number, size) {
  const rows = Array.from({ length: size });
  if (number < 10) {
    const codes = Int32Array.from(rows, () => pick(500));
    return { kind: 'categorical', codes, values: Array.from({ length: 500 }, (_, v) => `v${v}`) };
  }
  if (number < 14) {
    const lists = rows.map(() => [...new Set(Array.from({ length: 5 }, () => pick(300)))]);
    const offsets = new Int32Array(size + 1);
    for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row] + list.length;
    const codes = Int32Array.from(lists.flat());
    return { kind: 'multi-valued', offsets, codes, values: Array.from({ length: 300 }, (_, v) => `t${v}`) };
  }
  if (number < 18) return { kind: 'numeric', numbers: Float64Array.from(rows, () => 100 * rng.uniform()) };
  const text = () => Array.from({ length: 12 }, () => words[Math.floor(words.length * rng.uniform() ** 2)]).join(' ');
  return { kind: 'text', texts: rows.map(text) };
}

/** As a row comes from outside. */
function cellOf(column, row) {
  if (column.kind === 'categorical') return column.values[column.codes[row]];
  if (column.kind === 'numeric') return column.numbers[row];
  if (column.kind === 'text') return column.texts[row];
  const codes = column.codes.subarray(column.offsets[row], column.offsets[row + 1]);
  return Array.from(codes, (code) => column.values[code]).join('|');
}

const columns = Array.from({ length: NUM_FIELDS }, (_, number) => column(number, numItems));
const every = Int32Array.from({ length: numItems }, (_, row) => row);
const fields = columns.map((one, number) => fitField(`f${number}`, one, undefined, every));
const rows = Array.from({ length: numItems }, (_, row) =>
  Object.fromEntries(columns.map((one, number) => [`f${number}`, cellOf(one, row)])),
);

const array = (rows, columns) => ({
  shape: [rows, columns],
  values: Float32Array.from({ length: rows * columns }, () => rng.normal() / 10),
});
function tableOf(encoding) {
  const { kind } = encoding;
  if (kind === 'numeric') return array(2 + encoding.bounds.length + 1, DIM);
  return array(2 + (kind === 'text' ? encoding.terms : encoding.values).length, DIM);
}
function form(more, of = fields) {
  const options = { join: 'sum', senet: false, layers: [], activation: 'relu', normEpsilon: null, ...more };
  return { embeddingDim: DIM, fieldDim: DIM, fields: of, ...options };
}
const tables = Object.fromEntries(fields.map((encoding) => [`fields/${encoding.name}`, tableOf(encoding)]));

const TOWERS = {
  'sum of fields': new ContentEncoder(form({}), tables),
  'SENet, concat, layers 128 and 64': new ContentEncoder(
    form({ senet: true, join: 'concat', layers: [128, 64], normEpsilon: 1e-5 }),
    {
      ...tables,
      'senet/reduce': array(NUM_FIELDS, 7),
      'senet/expand': array(7, NUM_FIELDS),
      '0/weights': array(NUM_FIELDS * DIM, 128),
      '0/bias': array(1, 128),
      '0/scale': array(1, 128),
      '1/weights': array(128, 64),
      '1/bias': array(1, 64),
      '1/scale': array(1, 64),
      '2/weights': array(64, DIM),
    },
  ),
};
const plain = TOWERS['sum of fields'];
const lenders = {
  borrowing: { numNeighbors: 10, power: 1 },
  content: contentOfFields(plain.fieldsOf(rows)),
  rows: plain.encode(rows),
};
TOWERS[`sum of fields, rows borrowed of ${numItems} items`] = new ContentEncoder(form({}), tables, lenders);

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}
/** Time of a processor, which others on the machine do not lengthen; with that of the collector's threads. */
function cpuTimed(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const results = Object.entries(TOWERS).map(([tower, encoder]) => {
  // late enough for the compiler
  for (let i = 0; i < Math.min(200, numItems); i++) encoder.encode([rows[i]]);
  const ones = Array.from({ length: Math.min(500, numItems) }, (_, i) => timed(() => encoder.encode([rows[i]])));
  const alls = Array.from({ length: repeats }, () => timed(() => encoder.encode(rows)));
  const cpu = Array.from({ length: repeats }, () => cpuTimed(() => encoder.encode(rows)));
  const sorted = [...ones].sort((a, b) => a - b);
  return {
    tower,
    oneMs: median(ones),
    one99Ms: sorted[Math.floor(0.99 * sorted.length)],
    allMs: median(alls),
    allCpuMs: median(cpu),
    numItems,
  };
});
for (const { tower, oneMs, one99Ms, allMs, allCpuMs } of results) {
  console.log(
    `${tower}: one item ${oneMs.toFixed(3)} ms (99 %: ${one99Ms.toFixed(3)}), ${numItems} items ${allMs.toFixed(0)} ms (${allCpuMs.toFixed(0)} of a processor)`,
  );
}
if (!values.tiny) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
  mkdirSync(join(HERE, 'results'), { recursive: true });
  const filed = { date, machine, numFields: NUM_FIELDS, embeddingDim: DIM, repeats, results };
  writeFileSync(join(HERE, 'results', `${date}.json`), `${JSON.stringify(filed, null, 2)}\n`);
}
