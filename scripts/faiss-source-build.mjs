/**
 * Compiles the source that faiss-node ships (one file) against the FAISS library of the system. No node-gyp and no cmake:
 * both would fetch things from the network.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BINARY, lastLine, packageSeenFrom, runQuietly } from './faiss-node-package.mjs';

const COMPAT_HEADER = fileURLToPath(new URL('./faiss-compat.h', import.meta.url));
const DEBIAN_PACKAGES = ['libfaiss-dev', 'libopenblas0-pthread'];
/** The archive first: the shared library is not in every distribution. */
const LINKS = [
  ['-l:libfaiss.a', '-llapack', '-lblas'],
  ['-lfaiss', '-llapack', '-lblas'],
  ['-lfaiss', '-lopenblas'],
];

/** @returns `{ ok: true, notes }` or `{ ok: false, reason }` */
export function buildFromSource(folder, say) {
  if (process.platform !== 'linux')
    return { ok: false, reason: `building against a system library is set up for Linux only, not ${process.platform}` };
  const addonApi = packageSeenFrom(folder, 'node-addon-api');
  if (addonApi === undefined) return { ok: false, reason: 'the package node-addon-api is not installed' };
  const nodeHeaders = findNodeHeaders(folder);
  if (nodeHeaders === undefined)
    return { ok: false, reason: 'no node_api.h beside this Node; npm install node-api-headers provides it' };

  const missing = missingTools();
  if (missing.length > 0) {
    const installed = installByApt([...new Set(missing)], say);
    if (!installed.ok) return installed;
  }
  const compiler = findCompiler();
  if (compiler === undefined) return { ok: false, reason: 'no C++ compiler (g++ or clang++)' };
  const headerFolder = faissHeaderFolder();
  if (headerFolder === undefined) return { ok: false, reason: 'the headers of libfaiss are not installed' };
  return compile(folder, compiler, [nodeHeaders, addonApi.folder, dirname(headerFolder)], say);
}

function compile(folder, compiler, includes, say) {
  const target = join(folder, BINARY);
  const temporary = `${target}.tmp-${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  const version = faissVersion();
  say(`compiling faiss-node against FAISS ${version} with ${compiler}`);
  let output = '';
  for (const link of LINKS) {
    const result = runQuietly(
      compiler,
      [
        ...['-std=c++17', '-O2', '-fPIC', '-shared', '-fopenmp', '-w', '-DNAPI_VERSION=6'],
        ...['-DNODE_GYP_MODULE_NAME=faiss_node', '-include', COMPAT_HEADER],
        ...includes.map((include) => `-I${include}`),
        ...[join(folder, 'src', 'faiss.cc'), '-o', temporary],
        ...link,
      ],
      { timeout: 600_000 },
    );
    if (result.ok) {
      renameSync(temporary, target);
      return { ok: true, notes: { how: 'built from source', faissVersion: version } };
    }
    output ||= result.output;
  }
  rmSync(temporary, { force: true });
  return {
    ok: false,
    reason: `${compiler} failed: ${/error: .*|cannot find .*/.exec(output)?.[0] ?? lastLine(output)}`,
  };
}

/** Debian packages that are needed and not there. */
function missingTools() {
  const missing = [];
  if (faissHeaderFolder() === undefined) missing.push(...DEBIAN_PACKAGES);
  if (findCompiler() === undefined) missing.push('g++');
  return missing;
}

function installByApt(packages, say) {
  const names = packages.join(' ');
  if (!existsSync('/etc/debian_version') || !runQuietly('apt-get', ['--version']).ok)
    return { ok: false, reason: `needs the FAISS library with its headers and a C++ compiler (Debian: ${names})` };
  if (process.getuid() !== 0)
    return { ok: false, reason: `needs one command as root: sudo apt-get install -y ${names}` };
  say(`installing ${names} (apt-get)`);
  const patience = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=1', '-o', 'DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { ok, output } = runQuietly('apt-get', [...patience, ...command], { timeout: 600_000, env });
    // stale package lists may still do, so a failed update alone is no reason to give up
    if (!ok && command[0] === 'install') return { ok: false, reason: `apt-get install ${names}: ${lastLine(output)}` };
  }
  return { ok: true };
}

export function findCompiler() {
  const candidates = [process.env.CXX, 'c++', 'g++', 'clang++'];
  return candidates.find((name) => name && runQuietly(name, ['--version']).ok);
}

const faissHeaderFolder = () =>
  ['/usr/include/faiss', '/usr/local/include/faiss'].find((folder) => existsSync(join(folder, 'Index.h')));

function faissVersion() {
  const header = readFileSync(join(faissHeaderFolder(), 'Index.h'), 'utf8');
  return ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => new RegExp(`FAISS_VERSION_${part} (\\d+)`).exec(header)?.[1] ?? '?')
    .join('.');
}

/** The folder of node_api.h: from this Node's own installation, the system's, or npm's node-api-headers. */
export function findNodeHeaders(folder) {
  const besideNode = join(dirname(dirname(realpathSync(process.execPath))), 'include', 'node');
  const fromNpm = packageSeenFrom(folder, 'node-api-headers');
  const candidates = [besideNode, '/usr/include/node', '/usr/local/include/node'];
  if (fromNpm) candidates.push(join(fromNpm.folder, 'include'));
  return candidates.find((candidate) => existsSync(join(candidate, 'node_api.h')));
}
