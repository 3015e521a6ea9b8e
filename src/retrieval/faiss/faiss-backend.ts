/**
 * Which FAISS this process has: faiss-node (its prebuilt binary, or built by our set-up against the system's library), or
 * none, when flat indexes are served by our own code. The environment variable TWINLIGHT_FAISS=own chooses the latter.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';

/** What we use of an index of faiss-node. A FAISS error in `add`, `train`, `search` or `write` ends the process. */
export interface FaissNodeIndex {
  ntotal(): number;
  getDimension(): number;
  /** Only plain arrays; results are row-major, -1 where nothing was found. */
  search(queries: number[], k: number): { labels: number[]; distances: number[] };
}

export interface FaissNodeModule {
  readonly Index: { read(file: string): FaissNodeIndex };
}

export interface FaissBackend {
  readonly kind: 'faiss-node-prebuilt' | 'faiss-node-built' | 'own';
  /** Of the FAISS library, where known. */
  readonly version?: string;
  /** One sentence for a person: what is in use, and how to get more. */
  readonly detail: string;
}

/** Values of TWINLIGHT_FAISS; all but `own` matter to set-up only. */
const WISHES: readonly string[] = ['', 'auto', 'own', 'skip', 'source', 'retry'];

const require = createRequire(import.meta.url);
const SET_UP_SCRIPT = fileURLToPath(new URL('../../../scripts/setup-faiss.mjs', import.meta.url));
let loaded: { module?: FaissNodeModule; problem?: string } | undefined;

/** The library, or undefined where it is not to be had or not wanted. */
export function loadFaissNode(): FaissNodeModule | undefined {
  if (isUnwanted()) return undefined;
  if (loaded === undefined) {
    // waiting threads that spin would take the cores from the next step; read by OpenMP when it is loaded
    process.env.OMP_WAIT_POLICY ??= 'PASSIVE';
    try {
      loaded = { module: require('faiss-node') as FaissNodeModule };
    } catch (error) {
      loaded = { problem: String((error as Error).message).split('\n')[0] };
    }
  }
  return loaded.module;
}

/** Absolute path of faiss-node's main file, for a process that loads it by itself. */
export const faissNodePath = (): string => require.resolve('faiss-node');

/** Which FAISS is in use, for `twinlight doctor` and for manifests. */
export function faissBackend(): FaissBackend {
  if (loadFaissNode() === undefined) {
    const reason = isUnwanted() ? 'TWINLIGHT_FAISS=own' : `faiss-node does not load (${loaded?.problem})`;
    return {
      kind: 'own',
      detail: `${reason}: Flat indexes are written and searched by twinlight itself. ${howToGetFaiss()}`,
    };
  }
  const { how, faissVersion } = readNotes();
  const isBuilt = how === 'built from source';
  return {
    kind: isBuilt ? 'faiss-node-built' : 'faiss-node-prebuilt',
    version: faissVersion,
    detail: isBuilt
      ? `faiss-node, built against FAISS ${faissVersion ?? ''} of this system`
      : `faiss-node with the binary of its authors${faissVersion ? ` (FAISS ${faissVersion})` : ''}`,
  };
}

/** What to do to get IVF, HNSW and PQ. */
export function howToGetFaiss(): string {
  if (isUnwanted()) return 'For IVF, HNSW and PQ unset TWINLIGHT_FAISS.';
  return `For IVF, HNSW and PQ run: node ${relative(process.cwd(), SET_UP_SCRIPT)}`;
}

function isUnwanted(): boolean {
  const wish = process.env.TWINLIGHT_FAISS ?? '';
  if (!WISHES.includes(wish)) {
    const choices = WISHES.filter(Boolean).join(', ');
    throw new ConfigError(
      'FAISS_WISH',
      `TWINLIGHT_FAISS="${wish}": expected one of ${choices}${didYouMean(wish, WISHES)}`,
    );
  }
  return wish === 'own';
}

/** Left by our set-up beside the binary that it made or fetched. */
function readNotes(): { how?: string; faissVersion?: string } {
  const file = join(dirname(require.resolve('faiss-node/package.json')), 'build', 'Release', 'twinlight-notes.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
