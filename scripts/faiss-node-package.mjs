/** Where faiss-node is installed, where its binary belongs, and whether that binary works. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FAISS_NODE_VERSION = '0.5.1';
/** Relative to faiss-node's folder; the first place where its `bindings` look that a release build uses. */
export const BINARY = join('build', 'Release', 'faiss-node.node');
/** What we know about the binary: `{ how, faissVersion }`. Read again by `twinlight doctor`. */
export const NOTES = join('build', 'Release', 'twinlight-notes.json');

const require = createRequire(import.meta.url);

/** Folder of the installed faiss-node, or undefined. */
export function findFaissNode() {
  try {
    return dirname(require.resolve('faiss-node/package.json'));
  } catch {
    return undefined;
  }
}

const TINY_SEARCH = `
  const { IndexFlatIP } = require(process.argv[1]);
  const index = new IndexFlatIP(2);
  index.add([1, 0, 0, 1, -1, 0]);
  const { labels, distances } = index.search([0.5, 2], 2);
  if (labels.join() !== '1,0' || distances.join() !== '2,0.5') throw new Error('wrong answer: ' + labels);
`;

/** Loads faiss-node in a child process, so that a broken binary can't take us down, and makes a tiny search. */
export function tryLoading(folder) {
  const { status, signal, stderr, error } = spawnSync(process.execPath, ['-e', TINY_SEARCH, folder], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  if (status === 0) return { ok: true };
  const told = /^\w*Error: (.*)$/m.exec(stderr ?? '')?.[1];
  return { ok: false, reason: told ?? error?.message ?? `it ended with ${signal ?? `exit code ${status}`}` };
}

/** What a failure depends on: when any of it changes, set-up tries again by itself. */
export function fingerprint() {
  return [
    process.platform,
    process.arch,
    process.versions.modules,
    process.getuid?.() === 0,
    existsSync('/usr/include/faiss/Index.h') || existsSync('/usr/local/include/faiss/Index.h'),
    process.env.TWINLIGHT_FAISS ?? '',
  ].join(' ');
}

/** Runs a program, its output kept; `{ ok, output }`, where output is at least a reason when it failed. */
export function runQuietly(program, args, { timeout, ...options } = {}) {
  const { status, stdout, stderr, error, signal } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
    ...options,
  });
  const timedOut = error?.code === 'ETIMEDOUT' ? `no end within ${timeout / 1000} s` : undefined;
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim();
  return { ok: status === 0, output: timedOut ?? (output || error?.message || `ended with ${signal ?? status}`) };
}

/** The last line of some output, for a one-line reason. */
export const lastLine = (output) => output.split('\n').filter(Boolean).at(-1) ?? '';

/** package.json of a package as seen from `folder`, with its folder. */
export function packageSeenFrom(folder, name) {
  try {
    const file = require.resolve(`${name}/package.json`, { paths: [folder, dirname(fileURLToPath(import.meta.url))] });
    return { folder: dirname(file), manifest: JSON.parse(readFileSync(file, 'utf8')) };
  } catch {
    return undefined;
  }
}
