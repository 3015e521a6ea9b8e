/**
 * Compiles the C++ of src/backend/native to build/native/twinlight-native.node with the machine's own C++ compiler and the
 * headers of this Node (or npm's node-api-headers): files of kernels/ once per instruction set, files of addon/ once.
 * Skipped while sources, Node and compiler are the same. Without a compiler it says so and succeeds: twinlight then runs on WebAssembly.
 * Only Node built-ins; works in a clone and in an installed package.
 *
 * Environment: CXX, the compiler; TWINLIGHT_CXXFLAGS, further flags for every file and the link.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, 'src', 'backend', 'native');
/** Compiled once per instruction set, into a namespace of its own; may use no standard templates (kernels/simd.h). */
const KERNELS = join(SOURCES, 'kernels');
/** Compiled once: the side that talks to Node, threads, and what no wider vector makes faster. */
const ADDON = join(SOURCES, 'addon');
const FOLDER = join(ROOT, 'build', 'native');

/** Beside the portable one, which is compiled for what every CPU of the platform has (SSE2, NEON). */
const INSTRUCTION_SETS = {
  x64: [
    { name: 'avx2', bytes: 32, flags: ['-mavx2', '-mfma'] },
    {
      name: 'avx512',
      bytes: 64,
      flags: ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mfma', '-mprefer-vector-width=512'],
    },
  ],
};

const FLAGS = [
  ...['-std=c++17', '-O3', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8', '-Wno-psabi'],
  // not -ffast-math: infinities and NaN keep their meaning
  ...['-fno-math-errno', '-fno-trapping-math', '-ffp-contract=fast'],
];

const sayOnStandardError = (line) => process.stderr.write(`${line}\n`);

/**
 * @param extra further flags for every file and the link
 * @param target folder of the result, twinlight-native.node
 * @returns whether anything was compiled
 */
export async function buildNative({
  say = sayOnStandardError,
  extra = (process.env.TWINLIGHT_CXXFLAGS ?? '').split(/\s+/).filter(Boolean),
  target = FOLDER,
} = {}) {
  const file = join(target, 'twinlight-native.node');
  const stamp = join(target, '.stamp');
  const without = (reason) => {
    const instead = existsSync(file)
      ? 'those built before stay in use'
      : 'twinlight runs on WebAssembly instead, slower, same results';
    say(`native kernels: not built (${reason}); ${instead}`);
    return false;
  };
  if (process.platform === 'win32') return without('Windows is not set up for it');
  if (!existsSync(ADDON)) return without(`no sources in ${SOURCES}`);
  const compiler = findCompiler();
  if (compiler === undefined) return without('no C++ compiler found: install g++ or clang++, or set CXX');
  const headers = findNodeHeaders();
  if (headers === undefined) return without('no node_api.h beside this Node; npm install node-api-headers provides it');
  const fingerprint = fingerprintOf(compiler, headers, extra);
  if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return false;

  const start = performance.now();
  const folder = join(target, `objects-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    const failure = await compile(compiler.command, headers, extra, { folder, file });
    if (failure) return without(`${compiler.command} failed: ${failure}`);
    writeFileSync(stamp, fingerprint);
  } catch (error) {
    // a package folder that may not be written to, a full disk
    return without(error.message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`native kernels: built with ${compiler.version} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return true;
}

/** @returns the first error, or undefined */
async function compile(command, headers, extra, { folder, file: target }) {
  const sets = (INSTRUCTION_SETS[process.arch] ?? []).filter(({ flags }) => accepts(command, flags));
  const jobs = [];
  const add = (file, objectName, flags) => {
    const object = join(folder, objectName);
    jobs.push({ object, args: [...FLAGS, ...flags, ...extra, '-c', file, '-o', object] });
  };
  const has = sets.map(({ name }) => `-DTW_HAS_${name.toUpperCase()}`);
  for (const file of sourcesIn(ADDON, /\.cc$/)) add(file, `${basename(file)}.o`, [`-I${headers}`, ...has]);
  for (const { name, bytes, flags } of [{ name: 'portable', bytes: 16, flags: [] }, ...sets]) {
    const defines = [`-DTW_ISA=${name}`, `-DTW_VECTOR_BYTES=${bytes}`];
    for (const file of sourcesIn(KERNELS, /\.cc$/)) {
      add(file, `${name}-${basename(file)}.o`, [...defines, ...flags]);
    }
  }
  const failures = await runAll(command, jobs);
  if (failures.length > 0) return failures[0];
  const temporary = join(folder, 'twinlight-native.node');
  const link = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-pthread'];
  const objects = jobs.map(({ object }) => object);
  const linked = spawnSync(command, [...link, ...objects, ...extra, '-o', temporary], { encoding: 'utf8' });
  if (linked.status !== 0) return firstError(linked.stderr ?? String(linked.error));
  // a new file under the old name: processes that have the old one loaded keep it
  renameSync(temporary, target);
  return undefined;
}

/** Paths of the files of a folder whose names match, sorted. */
const sourcesIn = (folder, names) =>
  readdirSync(folder)
    .filter((name) => names.test(name))
    .sort()
    .map((name) => join(folder, name));

/** Runs the compiler on every job, as many at a time as there are CPUs; @returns the errors. */
async function runAll(command, jobs) {
  const { spawn } = await import('node:child_process');
  const failures = [];
  const queue = [...jobs];
  const one = ({ args }) =>
    new Promise((resolve) => {
      const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let output = '';
      child.stderr.on('data', (chunk) => {
        output += chunk;
      });
      child.on('error', (error) => resolve(String(error)));
      child.on('close', (code) => resolve(code === 0 ? undefined : firstError(output)));
    });
  const worker = async () => {
    while (queue.length > 0 && failures.length === 0) {
      const failure = await one(queue.shift());
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failures;
}

const firstError = (output) => /.*error.*/i.exec(output)?.[0].trim() ?? output.trim().split('\n')[0];

export function findCompiler() {
  for (const command of [process.env.CXX, 'c++', 'g++', 'clang++']) {
    if (!command) continue;
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.split('\n')[0] };
  }
  return undefined;
}

/** Old compilers lack some instruction sets. */
function accepts(command, flags) {
  const args = [...flags, '-x', 'c++', '-fsyntax-only', '-'];
  return spawnSync(command, args, { input: 'int main() {}', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** The folder of node_api.h: from this Node's own installation, npm's node-api-headers, or the system's. */
function findNodeHeaders() {
  const candidates = [join(dirname(dirname(realpathSync(process.execPath))), 'include', 'node')];
  try {
    candidates.push(createRequire(import.meta.url)('node-api-headers').include_dir);
  } catch {
    // not installed
  }
  candidates.push('/usr/include/node', '/usr/local/include/node', '/opt/homebrew/include/node');
  return candidates.find((folder) => existsSync(join(folder, 'node_api.h')));
}

function fingerprintOf(compiler, headers, extra) {
  const hash = createHash('sha256');
  const settings = [compiler.command, compiler.version, headers, process.version, process.arch];
  for (const part of [...settings, ...extra]) hash.update(part).update('\0');
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const file of [...sourcesIn(ADDON, /\.(cc|h)$/), ...sourcesIn(KERNELS, /\.(cc|h)$/)]) {
    hash.update(relative(SOURCES, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await buildNative();
