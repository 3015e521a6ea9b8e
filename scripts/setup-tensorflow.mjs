/**
 * Puts the `tensorflow` backend into a clone without its installer's download: @tensorflow/tfjs-node as npm has it, its
 * addon compiled here, on the C library of a TensorFlow wheel. For Linux on x86-64, with Python's pip and a C++ compiler.
 * Elsewhere, and in projects that use twinlight: `npm install @tensorflow/tfjs-node` (docs/how-to/choose-a-backend.md).
 * Everything goes to node_modules/ and .cache/tensorflow/ (600 MB). Plain Node, no dependencies.
 *
 *   node scripts/setup-tensorflow.mjs                                nothing happens the second time
 *   node scripts/setup-tensorflow.mjs --wheel tensorflow==2.15.1     another library; this one can use CUDA
 *   node scripts/setup-tensorflow.mjs --remove
 *
 * Exits with 1 where it can't be done, saying how far it got.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastLine, runQuietly } from './faiss-node-package.mjs';
import { findCompiler, findNodeHeaders } from './faiss-source-build.mjs';
import { ROOT, runNpm, secondsSince } from './steps.mjs';
import { fetchLibrary, TENSORFLOW_CACHE } from './tensorflow-wheel.mjs';

const PACKAGE = '@tensorflow/tfjs-node';
const VERSION = '4.22.0';
const DEFAULT_WHEEL = 'tensorflow-cpu==2.15.1';
const FOLDER = join(ROOT, 'node_modules', PACKAGE);
/** Which wheel the addon was built on. */
const NOTES = join(FOLDER, 'twinlight-notes.json');
const NAPI_VERSION = 8;
const ADDON = join(FOLDER, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');

const say = (message) => process.stderr.write(`tensorflow: ${message}\n`);

function main() {
  const { values } = parseArgs({
    options: { wheel: { type: 'string', default: DEFAULT_WHEEL }, remove: { type: 'boolean', default: false } },
  });
  if (values.remove) {
    rmSync(FOLDER, { recursive: true, force: true });
    rmSync(TENSORFLOW_CACHE, { recursive: true, force: true });
    return say('removed');
  }
  const start = performance.now();
  const wheel = builtOn();
  if (wheel === values.wheel && tryLoading().ok) return say(`ready: ${tryLoading().what}`);
  const result = build(values.wheel);
  if (result.ok) return say(`ready: ${result.what}, from ${values.wheel} (${secondsSince(start)})`);
  say(`not to be had: ${result.reason}`);
  process.exitCode = 1;
}

function builtOn() {
  return existsSync(NOTES) ? JSON.parse(readFileSync(NOTES, 'utf8')).wheel : undefined;
}

function build(wheel) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const reason = `this script knows Linux on x64, not ${process.platform} on ${process.arch}; npm install ${PACKAGE}`;
    return { ok: false, reason };
  }
  const compiler = findCompiler();
  if (compiler === undefined) return { ok: false, reason: 'no C++ compiler (g++ or clang++)' };
  const nodeHeaders = findNodeHeaders(ROOT);
  if (nodeHeaders === undefined) return { ok: false, reason: 'no node_api.h beside this Node' };

  const library = fetchLibrary(wheel, say);
  if (!library.ok) return library;
  const installed = installPackage();
  if (!installed.ok) return installed;
  rmSync(join(FOLDER, 'deps'), { recursive: true, force: true });
  symlinkSync(library.folder, join(FOLDER, 'deps'), 'dir');
  const missing = missingSymbols(library.folder);
  if (missing.length > 0) return { ok: false, reason: `${wheel} lacks the C functions ${missing.join(', ')}` };

  say(`compiling the addon of ${PACKAGE} ${VERSION} with ${compiler}`);
  const compiled = compile(compiler, nodeHeaders);
  if (!compiled.ok)
    return { ok: false, reason: `${compiler}: ${/error: .*/.exec(compiled.output)?.[0] ?? lastLine(compiled.output)}` };
  writeFileSync(NOTES, `${JSON.stringify({ wheel })}\n`);
  return tryLoading();
}

/**
 * The package with what it needs beyond tfjs below it; tfjs is the one that is installed already. (`npm install
 * --no-save` takes an optional peer of the lockfile for installed and does nothing.)
 */
function installPackage() {
  if (existsSync(join(FOLDER, 'package.json'))) return { ok: true };
  const workshop = join(TENSORFLOW_CACHE, `npm-${process.pid}`);
  mkdirSync(workshop, { recursive: true });
  try {
    writeFileSync(join(workshop, 'package.json'), '{ "private": true }\n');
    say(`installing ${PACKAGE} ${VERSION} without its install script`);
    const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    const status = runNpm(['install', ...flags, `${PACKAGE}@${VERSION}`], {
      cwd: workshop,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) return { ok: false, reason: `npm install ${PACKAGE}@${VERSION} failed (above)` };
    const modules = join(workshop, 'node_modules');
    const folder = join(modules, PACKAGE);
    const nested = join(folder, 'node_modules');
    mkdirSync(nested, { recursive: true });
    for (const name of readdirSync(modules)) {
      const itsOwn = !name.startsWith('.') && !['@tensorflow', '@types', '@webgpu'].includes(name);
      if (itsOwn) renameSync(join(modules, name), join(nested, name));
    }
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(folder, FOLDER);
    return { ok: true };
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Functions of TensorFlow's C API that the addon's source calls and the library does not export. */
function missingSymbols(library) {
  const called = new Set();
  for (const name of readdirSync(join(FOLDER, 'binding'))) {
    const source = readFileSync(join(FOLDER, 'binding', name), 'utf8');
    // TF_Auto… are the addon's own classes, TF_TString_… inline functions
    for (const [, symbol] of source.matchAll(/\b(TFE?_(?!Auto|TString)[A-Z]\w*)\(/g)) called.add(symbol);
  }
  const exported = new Set();
  for (const name of ['libtensorflow.so', 'libtensorflow_framework.so']) {
    const { ok, output } = runQuietly('nm', ['-D', '--defined-only', join(library, 'lib', name)]);
    if (!ok) return []; // no binutils: loading will tell
    for (const [, symbol] of output.matchAll(/ (TFE?_\w+)/g)) exported.add(symbol);
  }
  return [...called].filter((symbol) => !exported.has(symbol));
}

function compile(compiler, nodeHeaders) {
  mkdirSync(join(ADDON, '..'), { recursive: true });
  const temporary = `${ADDON}.tmp-${process.pid}`;
  const result = runQuietly(
    compiler,
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', `-DNAPI_VERSION=${NAPI_VERSION}`],
      ...[`-I${join(FOLDER, '..')}`, `-I${join(FOLDER, 'deps', 'include')}`, `-I${nodeHeaders}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(FOLDER, 'binding', name)),
      ...['-o', temporary, `-L${join(FOLDER, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework'],
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    { timeout: 600_000 },
  );
  if (result.ok) renameSync(temporary, ADDON);
  else rmSync(temporary, { force: true });
  return result;
}

const TINY_SUM = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value == null;
  util.isArray ??= Array.isArray;
  const tf = require(process.argv[1]);
  if (tf.sum(tf.tensor1d([1, 2, 4])).dataSync()[0] !== 7) throw new Error('wrong answer');
  const { binding, isUsingGpuDevice } = tf.backend();
  console.log('TensorFlow ' + binding.TF_Version + ' on ' + (isUsingGpuDevice ? 'a GPU' : 'the CPU'));
`;

/** In a child process, so that a library that does not fit can't take us down. */
function tryLoading() {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', TINY_SUM, FOLDER], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  if (status === 0) return { ok: true, what: `${PACKAGE} ${VERSION}, ${stdout.trim()}` };
  return {
    ok: false,
    reason: /^\w*Error: (.*)$/m.exec(stderr ?? '')?.[1] ?? `it ended with ${signal ?? `code ${status}`}`,
  };
}

main();
