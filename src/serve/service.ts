/** A service from its start to its end: bundles opened, a port, looks for new editions, and an end that drops no request. */
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { basename, resolve } from 'node:path';
import { useBackend } from '../backend/index.js';
import { ConfigError } from '../core/errors.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import type { StoreOptions } from '../export/targets/target-index.js';
import { BundleSlot, type Refresh } from './bundle-slot.js';
import { httpServer } from './http-server.js';

export interface ServeOptions {
  /** Folders of bundles, or `name=folder`; the first is what is asked where a request names none. */
  readonly bundles: readonly string[];
  /** Default 127.0.0.1. Any address that others reach takes a `token`. */
  readonly host?: string;
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
  readonly token?: string;
  /** Seconds between looks for new editions, 0 never looks. Default 10. */
  readonly watchSeconds?: number;
  /** Least recall of an index over a sample of users. Default 0.5. */
  readonly minRecall?: number;
  /** Most items that a new edition may lack, as a share of those served. Default 0.5. */
  readonly maxShrink?: number;
  /** Requests a second of one address. Default: no limit. */
  readonly ratePerSecond?: number;
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Default 256. */
  readonly maxConcurrent?: number;
  /** Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Whether batches have a thread of their own, which opens each bundle once more. Default true. */
  readonly batchThread?: boolean;
  /** A store in which the (only) bundle was published: it finds the items. Default: the index of the bundle. */
  readonly store?: StoreOptions;
  readonly backend?: string;
  readonly reporter?: Reporter;
}

export interface Service {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Looks for new editions now. @returns what came of it, by name */
  refresh(): Promise<Record<string, Refresh>>;
  /** Takes no more requests, answers those that have come, and ends. */
  close(): Promise<void>;
}

const DEFAULTS = Object.freeze({
  host: '127.0.0.1',
  port: 8080,
  watchSeconds: 10,
  minRecall: 0.5,
  maxShrink: 0.5,
  maxBodyBytes: 2 ** 20,
  maxConcurrent: 256,
  requestTimeoutMs: 30_000,
  batchThread: true,
  backend: 'auto',
});
/** Refused editions are tried less and less often, up to so many times the interval. */
const LONGEST_PAUSE = 32;

/**
 * @throws ConfigError `SERVE_BUNDLES`, `SERVE_TOKEN`, `SERVE_PACKAGES`, `SERVE_ADDRESS`; what `openBundle` throws; DataError `EDITION_RECALL`
 */
export async function serve(given: ServeOptions): Promise<Service> {
  const options = { ...DEFAULTS, ...definedOf(given) };
  const { reporter = SILENT, host, port, token, minRecall, maxShrink, store } = options;
  const named = namedFolders(options.bundles);
  refuseOpenDoor(host, token);
  if (store && named.size > 1) {
    throw new ConfigError('SERVE_BUNDLES', `a store is the index of one bundle, and ${named.size} were given`);
  }
  await useBackend(options.backend);
  const slots: BundleSlot[] = [];
  const hasThread = options.batchThread;
  const closeSlots = async (): Promise<void> => {
    for (const slot of slots) await slot.close();
  };
  let server: Awaited<ReturnType<typeof httpServer>>;
  let url: string;
  try {
    for (const [name, path] of named) {
      slots.push(
        await BundleSlot.open(name, path, {
          minRecall,
          maxShrink,
          backend: options.backend,
          hasThread,
          reporter,
          store,
        }),
      );
    }
    server = await httpServer(slots, {
      ...options,
      version: ownVersion(),
      onFault: (error) => reporter.warn(`a request failed: ${(error as Error).stack ?? error}`),
    });
    url = await listening(server, host, port);
  } catch (error) {
    await closeSlots();
    throw error;
  }
  const refresh = async (): Promise<Record<string, Refresh>> => {
    const found: [string, Refresh][] = [];
    for (const slot of slots) found.push([slot.name, await slot.refresh()]);
    return Object.fromEntries(found);
  };
  const stopWatching = watch(refresh, 1000 * options.watchSeconds);
  return {
    url,
    refresh,
    async close() {
      stopWatching();
      await server.close();
      await closeSlots();
    },
  };
}

/** What is undefined is not given. */
function definedOf(options: ServeOptions): ServeOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as ServeOptions;
}

/** @returns its address. @throws ConfigError `SERVE_ADDRESS` */
async function listening(server: Awaited<ReturnType<typeof httpServer>>, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const problem = (cause as Error).message;
    throw new ConfigError('SERVE_ADDRESS', `can't listen on ${host}, port ${port}: ${problem}`, { cause });
  }
}

/** @returns what ends it */
function watch(refresh: () => Promise<Record<string, Refresh>>, interval: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let pause = 1;
  let isOver = interval === 0;
  const next = (): void => {
    if (!isOver) timer = setTimeout(look, pause * interval).unref();
  };
  const look = async (): Promise<void> => {
    const isRefused = Object.values(await refresh()).includes('refused');
    pause = isRefused ? Math.min(2 * pause, LONGEST_PAUSE) : 1;
    next();
  };
  next();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function namedFolders(bundles: readonly string[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const text of bundles) {
    const [, given, folder] = /^(?:([\w.-]+)=)?(.+)$/s.exec(text) ?? [];
    const name = given ?? nameOf(folder ?? '');
    if (named.has(name))
      throw new ConfigError('SERVE_BUNDLES', `two bundles are called ${name}; name them: first=FOLDER second=FOLDER`);
    named.set(name, folder);
  }
  if (named.size === 0) throw new ConfigError('SERVE_BUNDLES', 'expected the folder of a bundle');
  return named;
}

/** A bundle that lies in its run's `export/` is called as the run. */
function nameOf(folder: string): string {
  const whole = resolve(folder);
  return basename(basename(whole) === 'export' ? resolve(whole, '..') : whole);
}

/** Who listens on more than this machine must be asked with a token. */
function refuseOpenDoor(host: string, token: string | undefined): void {
  const isLocal = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (isLocal || (token !== undefined && token.length >= LEAST_TOKEN)) return;
  const problem =
    token === undefined
      ? 'and has no token'
      : `and its token has ${token.length} characters, ${LEAST_TOKEN} at least are asked for`;
  throw new ConfigError(
    'SERVE_TOKEN',
    `the service would listen on ${host}, which others may reach, ${problem}; give one, or listen on 127.0.0.1`,
  );
}

const LEAST_TOKEN = 16;

const ownVersion = (): string => (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
