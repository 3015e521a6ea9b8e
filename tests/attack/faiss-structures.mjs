/**
 * Spoils FAISS files of every kind that twinlight writes and opens them as anyone would: through `openIndex`, and through a
 * bundle whose manifest has the right hash. Each must be refused by a TwinlightError that names the file, or answer with
 * items that are in it. A signal, no end, any other error and a wrong answer are failures, printed with what repeats them.
 *
 *     node tests/attack/faiss-structures.mjs [--cases N] [--seed S] [--jobs J]
 *     node tests/attack/faiss-structures.mjs --seed S --only CASE --keep FILE      one case, its bytes kept
 *     node tests/attack/faiss-structures.mjs --faiss-node FOLDER                   under AddressSanitizer
 *
 * FOLDER is what `sanitized-faiss.mjs` builds. Without it nothing is instrumented: an overrun is seen only when it ends the
 * process or comes back as an item. Cases run in child processes, since what they look for ends the process. Prints the
 * counts as JSON. Works on dist/, so build first.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadFaissNode } from '../../dist/retrieval/faiss/faiss-backend.js';
import { findCompiler } from '../../scripts/faiss-source-build.mjs';
import { buildSeeds } from './faiss-seeds.mjs';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'string' },
    'faiss-node': { type: 'string' },
  },
});
const WORKER = fileURLToPath(new URL('faiss-structures-worker.mjs', import.meta.url));
/** Processes are replaced: faiss-node keeps every query, and AddressSanitizer what was freed. */
const CASES_A_PROCESS = 1000;
/** A case takes milliseconds. */
const PATIENCE_MS = options['faiss-node'] ? 60_000 : 20_000;
const MOST_FAILURES_TOLD = 20;

const folder = mkdtempSync(join(tmpdir(), 'twinlight-attack-faiss-'));
const counts = { cases: 0, answered: 0, refused: {}, failures: 0 };
const environment = { ...process.env, OMP_NUM_THREADS: '1', OMP_WAIT_POLICY: 'PASSIVE', ...sanitizer() };
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const hasFaiss = loadFaissNode() !== undefined;
if (!hasFaiss) process.stderr.write('faiss-structures: no FAISS library here, only Flat is tried\n');
const seeds = await buildSeeds({ hasFaiss });
for (const { name, bytes } of seeds) writeFileSync(join(folder, `${name}.seed`), bytes);

const first = options.only === undefined ? 0 : Number(options.only);
const end = options.only === undefined ? Number(options.cases) : first + 1;
let next = first;
await Promise.all(Array.from({ length: Number(options.jobs) }, (_, job) => runJob(`job-${job}`)));
process.stdout.write(`${JSON.stringify(counts)}\n`);
process.exitCode = counts.failures > 0 || counts.cases !== end - first ? 1 : 0;

/** Takes the next cases until there are none. After a process that died, the case behind the one that it was at. */
async function runJob(name) {
  while (next < end) {
    const range = { from: next, to: Math.min(end, next + CASES_A_PROCESS) };
    next = range.to;
    for (let from = range.from; from < range.to; ) from = await runProcess(name, { from, to: range.to });
  }
}

/** @returns the case to go on with */
function runProcess(name, { from, to }) {
  const job = { folder, name, from, to, seed: Number(options.seed), keep: options.keep, faissNode: faissNodeFolder() };
  const child = spawn(process.execPath, [WORKER, JSON.stringify(job)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    told = `${told}${text}`.slice(-6000);
  });
  let at = from;
  let isHanging = false;
  const hangs = () => {
    isHanging = true;
    child.kill('SIGKILL');
  };
  let watchdog = setTimeout(hangs, PATIENCE_MS);
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(hangs, PATIENCE_MS);
    const report = JSON.parse(line);
    at = report.case + 1;
    note(report);
  });
  return new Promise((done) => {
    child.on('close', (status, signal) => {
      clearTimeout(watchdog);
      if (status === 0 && at === to) return done(to);
      const end = isHanging ? `no end within ${PATIENCE_MS / 1000} s` : `ended with ${signal ?? status}`;
      note({ case: at, problem: `${end}\n${told}` });
      done(at + 1);
    });
  });
}

/** @param report `{ case, answered }`, `{ case, refused: code }` or `{ case, how, problem }` */
function note({ case: number, answered, refused, how, problem }) {
  counts.cases++;
  if (answered) counts.answered++;
  if (refused) counts.refused[refused] = (counts.refused[refused] ?? 0) + 1;
  if (counts.cases % 5000 === 0) process.stderr.write(`${JSON.stringify(counts)}\n`);
  if (problem === undefined) return;
  counts.failures++;
  if (counts.failures > MOST_FAILURES_TOLD) return;
  process.stderr.write(`FAILED --seed ${options.seed} --only ${number}${how ? ` (${how})` : ''}: ${problem}\n`);
}

function faissNodeFolder() {
  return options['faiss-node'] && resolve(options['faiss-node']);
}

/** Environment of a process with instrumented FAISS in it. */
function sanitizer() {
  if (options['faiss-node'] === undefined) return {};
  const { stdout } = spawnSync(findCompiler(), ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  // more than a gigabyte at once is what a small file must not make FAISS ask for; node leaks at exit by design
  return { LD_PRELOAD: stdout.trim(), ASAN_OPTIONS: 'detect_leaks=0:max_allocation_size_mb=1024' };
}
