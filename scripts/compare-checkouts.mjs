/**
 * `node scripts/compare-checkouts.mjs A B [--only NAME]`: does the same seeded runs with two checkouts, each set up and built,
 * and says whether they are the same to the bit. For changes of the source that must not change what it does.
 *
 * What is run is in compare/cases.mjs. Of every run best.state, last.state and report.json are compared; beside them
 * config.yaml (as B reads it), manifest.json, metrics.jsonl, what the commands print, bundles and pictures. What tells of time,
 * memory and versions may differ. Exits with 1 where anything else does. Results do not depend on the number of threads, so both
 * sides run at once. Uses folders of its own, which it removes.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { casesFor, dataFor } from './compare/cases.mjs';
import { fileDifferences, textDifferences } from './compare/differences.mjs';
import { Side } from './compare/side.mjs';

const COLUMNS = ['case', 'best.state', 'last.state', 'report', 'other', 'verdict'];
const WIDTHS = [22, 12, 12, 9, 9, 0];
/** Differences of a case that are shown. */
const SHOWN = 8;

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
if (positionals.length !== 2) {
  console.error('usage: node scripts/compare-checkouts.mjs A B [--only NAME]');
  process.exit(2);
}

const work = realpathSync(mkdtempSync(join(tmpdir(), 'twinlight-compare-')));
const cleanUp = () => rmSync(work, { recursive: true, force: true });
process.once('SIGINT', () => {
  cleanUp();
  process.exit(130);
});
try {
  process.exitCode = (await compare(casesFor(values.only))) ? 0 : 1;
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
} finally {
  cleanUp();
}

/** Prints the table. @returns whether all is the same */
async function compare(cases) {
  const start = performance.now();
  const sides = positionals.map((checkout, i) => {
    const folder = join(work, 'AB'[i]);
    mkdirSync(folder);
    return new Side(checkout, folder);
  });
  await sides[1].loadConfigReader();
  print(COLUMNS);
  const verdicts = [await compareData(sides, dataFor(cases))];
  if (!verdicts[0]) return false;
  for (const each of cases) verdicts.push(await compareCase(sides, each));
  const same = verdicts.filter(Boolean).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`\n${same} of ${verdicts.length} are the same, ${verdicts.length - same} differ (${seconds} s)`);
  return same === verdicts.length;
}

async function compareData(sides, data) {
  const outcomes = await Promise.all(sides.map((side) => side.prepare(data)));
  return judge('data', outcomes, {
    other: ['logs', 'graphs'].flatMap((folder) => between(sides, folder)),
  });
}

async function compareCase(sides, { name, commands, files = [], ...rest }) {
  const mainFor = (side) => (command) => (command.byFirst ? sides[0].main : side.main);
  const outcomes = await Promise.all(sides.map((side) => side.runAll(commands, mainFor(side))));
  const runs = sides.map((side) => side.runOf(rest));
  const inRun = (file) => (rest.run ? between(sides, ...runs.map((run) => join(run ?? 'none', file))) : undefined);
  const others = ['config.yaml', 'manifest.json', 'metrics.jsonl'].flatMap((file) => inRun(file) ?? []);
  return judge(name, outcomes, {
    'best.state': inRun('best.state'),
    'last.state': inRun('last.state'),
    report: inRun('report.json'),
    other: [...others, ...files.flatMap((file) => thereAndSame(sides, file))],
  });
}

/** Of a path in the folder of A, and of the same, or another, in that of B. */
function between([a, b], path, pathOfB = path) {
  const differences = fileDifferences(a.path(path), b.path(pathOfB), path, b.readConfig);
  return Object.assign(differences, { absent: !a.has(path) && !b.has(pathOfB) });
}

/** As `between`, of what must be there. */
function thereAndSame(sides, path) {
  const differences = between(sides, path);
  return differences.absent ? [`${path}: neither side has it`] : differences;
}

/** What the commands of both sides printed. */
function outcomeDifferences([ofA, ofB]) {
  return ofA.slice(0, ofB.length).flatMap((a, i) => {
    const name = `twinlight ${a.args.slice(0, 2).join(' ')}`;
    if (a.code !== ofB[i].code) return [`${name}: exit code ${a.code} against ${ofB[i].code}`];
    return ['stdout', 'stderr'].flatMap((stream) => textDifferences(a[stream], ofB[i][stream], `${name}: ${stream}`));
  });
}

/** Prints a row, and what differs below it. @returns whether nothing does */
function judge(name, outcomes, files) {
  const columns = { ...files, other: [...files.other, ...outcomeDifferences(outcomes)] };
  const failures = outcomes.flatMap((ofSide, side) => {
    const failed = ofSide.filter(({ asMeant }) => !asMeant);
    return failed.map(
      ({ args, code, stderr }) => `${'AB'[side]}: twinlight ${args.join(' ')} → ${code}: ${stderr.trim()}`,
    );
  });
  const cell = (column) => {
    const found = columns[column];
    if (found === undefined || found.absent) return '–';
    return found.length === 0 ? 'same' : 'differs';
  };
  const lines = [...failures, ...Object.values(columns).flatMap((found) => found ?? [])];
  const verdict = failures.length > 0 ? 'failed' : lines.length > 0 ? 'differs' : 'same';
  print([name, ...COLUMNS.slice(1, -1).map(cell), verdict]);
  for (const line of lines.slice(0, SHOWN)) console.log(`    ${line}`);
  if (lines.length > SHOWN) console.log(`    … ${lines.length - SHOWN} more`);
  return lines.length === 0;
}

function print(cells) {
  console.log(
    cells
      .map((text, i) => text.padEnd(WIDTHS[i]))
      .join(' ')
      .trimEnd(),
  );
}
