/**
 * Builds FAISS and faiss-node under AddressSanitizer, for the long form of the fuzzer: every read and write of FAISS
 * itself is watched, and `operator[]` of its vectors checks its index (_GLIBCXX_ASSERTIONS). OpenBLAS, OpenMP and Node stay
 * as they are: what they read is not watched. Takes a quarter of an hour on two cores, so it is no part of
 * CI.
 *
 *     node tests/attack/sanitized-faiss.mjs --source FOLDER [--jobs 2]
 *
 * FOLDER is FAISS's own source: `apt-get source faiss` on Debian, or the tag v1.7.3 of its repository. The result is a
 * copy of the package faiss-node in .cache/attack/faiss-node with the binary in its place, which
 * `faiss-structures.mjs --faiss-node .cache/attack/faiss-node` takes. What is compiled already is not compiled again.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BINARY, findFaissNode, packageSeenFrom, runQuietly } from '../../scripts/faiss-node-package.mjs';
import { findCompiler, findNodeHeaders } from '../../scripts/faiss-source-build.mjs';
import { hashOf, ROOT, say } from '../../scripts/steps.mjs';

const { values: options } = parseArgs({
  options: { source: { type: 'string' }, jobs: { type: 'string', default: '2' } },
});
if (options.source === undefined || !existsSync(join(options.source, 'faiss', 'Index.h'))) {
  fail('--source: expected the folder of FAISS that has faiss/Index.h in it');
}
const SOURCE = resolve(options.source);
const FOLDER = join(ROOT, '.cache', 'attack');
const OBJECTS = join(FOLDER, 'objects', hashOf(SOURCE).slice(0, 12));
const SOURCE_FOLDERS = ['faiss', 'faiss/impl', 'faiss/invlists', 'faiss/utils'];
const FLAGS = [
  ...['-std=c++17', '-O1', '-g1', '-fPIC', '-fopenmp', '-w', '-fno-omit-frame-pointer'],
  ...['-fsanitize=address', '-D_GLIBCXX_ASSERTIONS', '-DFINTEGER=int', `-I${SOURCE}`],
];

const compiler = findCompiler() ?? fail('no C++ compiler found');
const installed = findFaissNode() ?? fail('faiss-node is not installed');
const addonApi = packageSeenFrom(installed, 'node-addon-api') ?? fail('the package node-addon-api is not installed');
const nodeHeaders = findNodeHeaders(installed) ?? fail('no node_api.h found');

mkdirSync(OBJECTS, { recursive: true });
const library = SOURCE_FOLDERS.flatMap((folder) =>
  readdirSync(join(SOURCE, folder))
    .filter((file) => file.endsWith('.cpp'))
    .map((file) => ({ source: join(SOURCE, folder, file), flags: FLAGS })),
);
const addon = {
  source: join(installed, 'src', 'faiss.cc'),
  flags: [
    ...FLAGS,
    ...['-DNAPI_VERSION=6', '-DNODE_GYP_MODULE_NAME=faiss_node'],
    ...['-include', join(ROOT, 'scripts', 'faiss-compat.h'), `-I${nodeHeaders}`, `-I${addonApi.folder}`],
  ],
};
const queue = [...library, addon].map((unit) => ({ ...unit, object: objectOf(unit.source) }));
const objects = queue.map(({ object }) => object);
await Promise.all(Array.from({ length: Number(options.jobs) }, compileFromQueue));

const target = join(FOLDER, 'faiss-node');
cpSync(installed, target, { recursive: true });
mkdirSync(dirname(join(target, BINARY)), { recursive: true });
const linked = runQuietly(compiler, [
  ...['-shared', '-fopenmp', '-fsanitize=address', '-o', join(target, BINARY)],
  ...[...objects, '-llapack', '-lblas'],
]);
if (!linked.ok) fail(linked.output);
say(`built: --faiss-node ${target}`);

async function compileFromQueue() {
  for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
    if (existsSync(unit.object)) continue;
    say(`  ${unit.source.slice(unit.source.lastIndexOf('/') + 1)} (${queue.length} more)`);
    await compile(unit);
  }
}

function compile({ source, flags, object }) {
  return new Promise((done) => {
    const partial = `${object}.tmp`;
    const child = spawn(compiler, [...flags, '-c', source, '-o', partial], { stdio: 'inherit' });
    child.on('close', (status) => {
      if (status !== 0 || !runQuietly('mv', [partial, object]).ok) fail(`${source} does not compile`);
      done();
    });
  });
}

function objectOf(source) {
  const parts = source.split('/');
  return join(OBJECTS, `${parts.slice(-2).join('-')}.o`);
}

function fail(message) {
  say(`sanitized-faiss: ${message}`);
  process.exit(1);
}
