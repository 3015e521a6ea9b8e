/**
 * Kills the command line at work, by SIGKILL, and does the work again: train, resume, train again, build, export, embed, recommend to all, fuse, tune. Half
 * of the kills come at a random moment, half at a random call that changes the disk, a write half way
 * (`die-at-disk-call.mjs`). What a killed process leaves must open or say what it lacks; after the work is done again, every
 * file is what it is without a kill, and there is no file more, in the folder, beside it and in the folder for temporary
 * files. What fails is printed with what repeats it.
 *
 *     node tests/attack/kills.mjs [--kills N] [--seed S] [--parallel P]
 *     node tests/attack/kills.mjs --seed S --only KILL
 *
 * Prints the counts as JSON. Works on dist/, so build first.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadFaissNode } from '../../dist/retrieval/faiss/faiss-backend.js';
import { readStateFile } from '../../dist/runs/state-file.js';
import { JOBS, prepare, prepareAll, wordsOf } from './kills-jobs.mjs';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PRELOAD = fileURLToPath(new URL('die-at-disk-call.mjs', import.meta.url));
/** Names of what is not whole, and of locks. */
const LEFTOVER = /\.(tmp|next|aside)-|\.lock|\.part$|^twinlight-/;

const work = mkdtempSync(join(tmpdir(), 'twinlight-kills-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const base = join(work, 'base');
mkdirSync(base);
const graph = await prepareAll(base);
const jobs = JOBS.filter(({ isFaiss }) => !isFaiss || loadFaissNode() !== undefined);
await inTurns(jobs, async (job) => Object.assign(job, await undisturbed(job)));

const counts = { kills: 0, byJob: {}, cameTooLate: 0, leftSomething: 0, failures: 0 };
const first = options.only === undefined ? 0 : Number(options.only);
const end = options.only === undefined ? Number(options.kills) : first + 1;
await inTurns(
  Array.from({ length: end - first }, (_, i) => first + i),
  attack,
);
process.stdout.write(`${JSON.stringify(counts)}\n`);
process.exitCode = counts.failures > 0 ? 1 : 0;

/** Some at a time. */
async function inTurns(tasks, work) {
  const left = [...tasks];
  const worker = async () => {
    while (left.length > 0) await work(left.shift());
  };
  await Promise.all(Array.from({ length: Number(options.parallel) }, worker));
}

/** How long a job takes, how often it changes the disk, and the files that it ends with. */
async function undisturbed(job) {
  const folder = fresh(job);
  const count = `${folder}.count`;
  const start = performance.now();
  const { code, stderr } = await run(folder, job.command, { DIE_COUNT: count }).ended;
  if (code !== 0) throw new Error(`${job.name} fails without a kill: ${stderr}`);
  return { ms: performance.now() - start, calls: Number(readFileSync(count, 'utf8')), files: filesIn(folder) };
}

async function attack(kill) {
  // jobs take turns, and moments and calls within a job
  const job = jobs[kill % jobs.length];
  const round = Math.floor(kill / jobs.length);
  const chance = chanceOf(`${options.seed}:${kill}`);
  const atCall = round % 2 === 0 ? 1 + Math.floor(chance * job.calls) : undefined;
  const afterMs = atCall === undefined ? chance * job.ms : undefined;
  const folder = fresh(job);
  const child = run(folder, job.command, atCall === undefined ? {} : { DIE_AT: String(atCall) });
  const timer = afterMs === undefined ? undefined : setTimeout(() => child.kill(), afterMs);
  const { signal } = await child.ended;
  clearTimeout(timer);
  counts.kills++;
  counts.byJob[job.name] = (counts.byJob[job.name] ?? 0) + 1;
  if (signal !== 'SIGKILL') counts.cameTooLate++;
  if (leftovers(folder).length > 0) counts.leftSomething++;
  try {
    await job.left(folder);
    if (signal === 'SIGKILL') await finish(folder, job.again?.(folder) ?? job.command, job.refusal);
    expectSame(job, folder);
  } catch (error) {
    counts.failures++;
    const moment = atCall === undefined ? `after ${afterMs.toFixed(0)} ms` : `at disk call ${atCall} of ${job.calls}`;
    process.stderr.write(`FAILED ${job.name}, killed ${moment}: ${error.message}\n`);
    process.stderr.write(`  repeat: node tests/attack/kills.mjs --seed ${options.seed} --only ${kill}\n`);
  }
  for (const path of [folder, temporaryFolderOf(folder)]) rmSync(path, { recursive: true, force: true });
}

/** A folder that holds what the job needs, and beside it one for temporary files. */
function fresh(job) {
  const folder = mkdtempSync(join(work, 'job-'));
  prepare(job, base, folder);
  return folder;
}

function temporaryFolderOf(folder) {
  return `${folder}.tmp`;
}

function run(folder, command, env = {}) {
  mkdirSync(temporaryFolderOf(folder), { recursive: true });
  const child = spawn(process.execPath, ['--import', PRELOAD, MAIN, ...wordsOf(command, graph), '--json'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporaryFolderOf(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return { ended, kill: () => child.kill('SIGKILL') };
}

/** Runs a command to its end. @param refusal code of the error with which it may say that its work is done */
async function finish(folder, command, refusal) {
  const { code, stdout, stderr } = await run(folder, command).ended;
  if (code === 0 || (refusal !== undefined && JSON.parse(stdout).error.code === refusal)) return;
  throw new Error(`${command} ends with ${code}: ${stderr}`);
}

function expectSame(job, folder) {
  const left = leftovers(folder);
  if (left.length > 0) throw new Error(`left over: ${left.join(', ')}`);
  const files = filesIn(folder);
  const names = new Set([...Object.keys(files), ...Object.keys(job.files)]);
  const other = [...names].filter((name) => files[name] !== job.files[name]);
  if (other.length > 0) throw new Error(`not as without a kill: ${other.join(', ')}`);
}

/** Paths of what is not whole, and of locks. */
function leftovers(folder) {
  return [folder, temporaryFolderOf(folder)].flatMap((at) =>
    readdirSync(at, { recursive: true }).filter((path) => LEFTOVER.test(basename(path))),
  );
}

/** Path → what is in the file, but for how long things took. */
function filesIn(folder) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.sort().map((path) => [path, contentOf(join(folder, path))]));
}

function contentOf(file) {
  const withoutTimes = (key, value) => (['stepMs', 'peakRssMB'].includes(key) ? undefined : value);
  const lines = (text) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.stringify(JSON.parse(line), withoutTimes));
  const name = basename(file);
  if (name === 'report.json') return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')), withoutTimes);
  if (name === 'metrics.jsonl') return lines(readFileSync(file, 'utf8')).join();
  if (name !== 'last.state') return createHash('sha256').update(readFileSync(file)).digest('hex');
  const { meta, arrays } = readStateFile(file);
  const hash = createHash('sha256').update(JSON.stringify(meta, withoutTimes));
  for (const [key, { shape, values }] of Object.entries(arrays)) hash.update(`${key} ${shape}`).update(values);
  return hash.digest('hex');
}

/** A number in [0, 1) that follows from a text. */
function chanceOf(text) {
  return createHash('sha256').update(text).digest().readUInt32LE() / 2 ** 32;
}
