/** Rows a second of reading, and the build of gowalla by stage; see README.md. Needs `npm run build` (npm start does it). */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    'quoted-rows': { type: 'string', default: '500000' },
    repeats: { type: 'string', default: '3' },
    tiny: { type: 'boolean', default: false },
  },
});
const numRows = values.tiny ? 20_000 : Number(values.rows);
const numQuoted = values.tiny ? 2_000 : Math.min(numRows, Number(values['quoted-rows']));
const repeats = values.tiny ? 1 : Number(values.repeats);
const numUsers = Math.max(1, Math.round(numRows / 20));
const numItems = Math.max(1, Math.round(numRows / 50));

/** The same rows whatever `count`; a quote in a row makes it one of texts. */
function writeLog(path, count, isQuoted) {
  const file = openSync(path, 'w');
  writeSync(file, 'user,item,timestamp\n');
  const quote = isQuoted ? '"' : '';
  let state = 1;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let row = 0; row < count; ) {
    let text = '';
    for (const end = Math.min(count, row + 10_000); row < end; row++) {
      text += `${quote}u${below(numUsers)}${quote},i${below(numItems)},${1_600_000_000 + row}\n`;
    }
    writeSync(file, text);
  }
  closeSync(file);
}

/** Of every number: median, fastest and slowest of the repeats. */
function measured(...args) {
  const runs = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const child = spawnSync(process.execPath, [join(HERE, 'measure.mjs'), ...args], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`${args.join(' ')}: ${child.stderr}`);
    runs.push(JSON.parse(child.stdout));
  }
  const spread = (key) => {
    const sorted = runs.map((run) => run[key]).sort((a, b) => a - b);
    return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted[sorted.length - 1] };
  };
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, spread(key)]));
}

const folder = mkdtempSync(join(tmpdir(), 'twinlight-bench-load-'));
const result = { date: new Date().toISOString(), cpu: cpus()[0].model, cores: cpus().length, node: process.version };
try {
  const rate = ({ rows, ingestMs }) => Math.round((rows.median / ingestMs.median) * 1000);
  const files = {
    plain: join(folder, 'plain.csv'),
    prefix: join(folder, 'prefix.csv'),
    quoted: join(folder, 'quoted.csv'),
  };
  writeLog(files.plain, numRows, false);
  writeLog(files.prefix, numQuoted, false);
  writeLog(files.quoted, numQuoted, true);
  for (const [name, path] of Object.entries(files)) {
    const times = measured('csv', path);
    result[name] = { rowsPerSecond: rate(times), ...times };
    console.log(`${name}: ${times.rows.median} rows, ${rate(times)} rows/s`);
  }
  result.timesAsFastAsQuoted = result.prefix.rowsPerSecond / result.quoted.rowsPerSecond;
  console.log(`same ${numQuoted} rows without quotes: ${result.timesAsFastAsQuoted.toFixed(1)} times as fast`);
  const gowalla = join(process.env.TWINLIGHT_DATA ?? join(HERE, '../../../shared/data'), 'gowalla');
  if (!values.tiny && existsSync(gowalla)) {
    result.gowalla = measured('build', gowalla, folder);
    for (const [key, { median, least, most }] of Object.entries(result.gowalla)) {
      console.log(`gowalla ${key}: ${Math.round(median)} (${Math.round(least)} to ${Math.round(most)})`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!values.tiny) {
  mkdirSync(join(HERE, 'results'), { recursive: true });
  const file = join(HERE, 'results', `${result.date.slice(0, 10)}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`filed in ${file}`);
}
