/**
 * Vectors → the bytes of a FAISS file, whose ids are the row numbers. Flat indexes come from our own writer; all others
 * are trained and filled by FAISS in a child process.
 *
 * faiss-node gives no access to ids, nprobe and efSearch. All three are put into the serialised index: the id map in
 * front of and behind it, the two settings in their places (see faiss-layout.ts).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesOf } from '../../core/atomic-file.js';
import { sweepTemporaries, temporaryName } from '../../core/disk/temporary-names.js';
import { ConfigError, ShapeError, TwinlightError } from '../../core/errors.js';
import { type Reporter, SILENT } from '../../core/reporter.js';
import { readWhole } from '../../core/whole-file.js';
import { faissNodePath, howToGetFaiss, loadFaissNode } from './faiss-backend.js';
import { checkFactory, type FaissFactory, isFlat, MOST_EF_SEARCH, parseFactory } from './faiss-factory.js';
import { encodeFlatIndex, rowIds, wrapInIdMap } from './faiss-format.js';
import { readFaissLayout } from './faiss-layout.js';

export const INDEX_DEFAULTS = Object.freeze({
  /** Exact, and as fast as any up to some hundred thousand items. */
  factory: 'Flat',
  /** Entries kept while the graph of an HNSW index is walked. Too small: misses; too large: slow. FAISS's own: 16. */
  efSearch: 64,
});

/** Clusters searched when nothing is said: the root of their number. FAISS's own, 1, finds too little. */
const defaultNprobe = (nlist: number): number => Math.ceil(Math.sqrt(nlist));

/** k-means looks at no more points a cluster than this. */
export const MOST_TRAINING_POINTS = 256;
const WORKER = fileURLToPath(new URL('../../../scripts/faiss-worker.mjs', import.meta.url));

export interface BuildIndexOptions {
  /** Factory string; see faiss-factory.ts. */
  factory?: string;
  /** Clusters that a search looks into, 1 … number of lists. IVF only. More: better recall, slower. */
  nprobe?: number;
  /** HNSW only; at least the k of the searches. */
  efSearch?: number;
  /**
   * What the lists of `IVF<n>,Flat` are the clusters of, `[any, embeddingDim]` row-major, at least n rows; the vectors themselves
   * by default. Of n rows exactly each is the centroid of a list, as it is.
   */
  clustersOf?: Float32Array;
  reporter?: Reporter;
}

/**
 * @param vectors `[size, embeddingDim]` row-major, finite
 * @returns a whole FAISS file: an id map (position → row number) around the index, inner product
 * @throws ConfigError when the factory string, the settings and the vectors do not fit, or FAISS is needed and missing;
 * TwinlightError `FAISS_FAILED` when FAISS itself fails
 */
export async function buildFaissIndex(
  vectors: Float32Array,
  embeddingDim: number,
  { factory: given = INDEX_DEFAULTS.factory, nprobe, efSearch, clustersOf, reporter = SILENT }: BuildIndexOptions = {},
): Promise<Uint8Array> {
  const factory = parseFactory(given);
  const size = vectors.length / embeddingDim;
  if (!Number.isInteger(size)) {
    throw new ShapeError(`vectors: ${vectors.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  checkSetting(factory, 'nprobe', nprobe, factory.nlist, 'IVF');
  checkSetting(factory, 'efSearch', efSearch, factory.neighbors && MOST_EF_SEARCH, 'HNSW');
  assertFinite(vectors, embeddingDim);
  for (const warning of checkFactory(factory, { size, embeddingDim })) reporter.warn(warning);
  if (clustersOf) checkClusters(clustersOf, embeddingDim, factory);

  let inner: Uint8Array;
  if (isFlat(factory)) {
    inner = encodeFlatIndex(vectors, embeddingDim);
  } else {
    inner = await buildWithFaiss(vectors, embeddingDim, factory, clustersOf);
    const settings = {
      nprobe: nprobe ?? defaultNprobe(factory.nlist ?? 1),
      efSearch: efSearch ?? INDEX_DEFAULTS.efSearch,
    };
    writeSettings(inner, settings);
  }
  return wrapInIdMap(inner, rowIds(size), { embeddingDim });
}

/** Puts nprobe and efSearch into an encoded index, each where the kind has a place for it. */
function writeSettings(bytes: Uint8Array, { nprobe, efSearch }: { nprobe?: number; efSearch?: number }): void {
  const layout = readFaissLayout(bytes, 'the index');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (layout.nprobe && nprobe !== undefined) view.setBigUint64(layout.nprobe.offset, BigInt(nprobe), true);
  if (layout.efSearch && efSearch !== undefined) view.setInt32(layout.efSearch.offset, efSearch, true);
}

function checkSetting(
  factory: FaissFactory,
  name: string,
  value: number | undefined,
  most: number | undefined,
  kind: string,
): void {
  if (value === undefined) return;
  if (most === undefined) {
    throw new ConfigError('INDEX_SETTING', `${name} belongs to ${kind} indexes; index "${factory.text}" has none`);
  }
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new ConfigError(
      'INDEX_SETTING',
      `${name} of index "${factory.text}": expected an integer from 1 to ${most}, got ${value}`,
    );
  }
}

/** Codes of a product quantizer are of the distances to the centroids, which other vectors would say the wrong thing about. */
function checkClusters(clustersOf: Float32Array, embeddingDim: number, { text, nlist, quantizer }: FaissFactory): void {
  if (nlist === undefined || quantizer) {
    throw new ConfigError('INDEX_SETTING', `clustersOf belongs to IVF<lists>,Flat; index "${text}" is none`);
  }
  const rows = clustersOf.length / embeddingDim;
  if (!Number.isInteger(rows) || rows < nlist) {
    throw new ShapeError(
      `clustersOf of index "${text}": expected at least ${nlist} rows of ${embeddingDim}, got ${clustersOf.length} numbers`,
    );
  }
  assertFinite(clustersOf, embeddingDim);
}

/** FAISS takes NaN without a word and then returns nonsense. */
function assertFinite(vectors: Float32Array, embeddingDim: number): void {
  const at = vectors.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const row = Math.floor(at / embeddingDim);
  throw new TwinlightError(
    'EMBEDDINGS_NOT_FINITE',
    `item ${row} has ${vectors[at]} in dimension ${at % embeddingDim}: training diverged; use an earlier checkpoint`,
  );
}

async function buildWithFaiss(
  vectors: Float32Array,
  embeddingDim: number,
  factory: FaissFactory,
  clustersOf = vectors,
): Promise<Uint8Array> {
  if (loadFaissNode() === undefined) {
    throw new ConfigError('FAISS_MISSING', `index "${factory.text}" needs the FAISS library. ${howToGetFaiss()}`);
  }
  const clusters = Math.max(factory.nlist ?? 1, factory.quantizer ? 2 ** factory.quantizer.bits : 1);
  sweepTemporaries(tmpdir());
  const folder = temporaryName(join(tmpdir(), 'twinlight-faiss'));
  mkdirSync(folder, { mode: 0o700 });
  try {
    const job: FaissJob = {
      faissNode: faissNodePath(),
      vectors: join(folder, 'vectors.f32'),
      training: join(folder, clustersOf === vectors ? 'vectors.f32' : 'training.f32'),
      embeddingDim,
      size: vectors.length / embeddingDim,
      trainingSize: clustersOf.length / embeddingDim,
      trainRows: MOST_TRAINING_POINTS * clusters,
      // "np": no polysemous training, an order of the codes for Hamming search that takes most of the time and is not used
      factory: factory.quantizer ? `${factory.text}np` : factory.text,
      out: join(folder, 'index.faiss'),
    };
    writeFileSync(job.vectors, bytesOf(vectors));
    if (job.training !== job.vectors) writeFileSync(job.training, bytesOf(clustersOf));
    // how threads interleave decides which edges a graph gets; only one thread gives the same graph every time
    await runFaissJob(job, factory.neighbors === undefined ? {} : { OMP_NUM_THREADS: '1' });
    return readWhole(job.out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What scripts/faiss-worker.mjs reads. */
interface FaissJob {
  /** faiss-node's main file. */
  readonly faissNode: string;
  /** File of float32, `[size, embeddingDim]` row-major. */
  readonly vectors: string;
  /** What is trained on, as `vectors`, `[trainingSize, embeddingDim]`; the same file where it is the same. */
  readonly training: string;
  readonly embeddingDim: number;
  readonly size: number;
  readonly trainingSize: number;
  /** Most rows handed to training, spread evenly. */
  readonly trainRows: number;
  readonly factory: string;
  /** The file to write. */
  readonly out: string;
}

/** Runs a job in a process of its own. An error of FAISS, which ends that process, is a TwinlightError `FAISS_FAILED`. */
export function runFaissJob(job: FaissJob, env: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WORKER], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', ...env },
    });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    child.on('error', (cause) =>
      reject(new TwinlightError('FAISS_FAILED', 'could not start a process for FAISS', { cause })),
    );
    child.on('close', (status, signal) => {
      if (status === 0) return resolve();
      const reason = /(?<=what\(\): *).*|(?<=^\w*Error: ).*/m.exec(told)?.[0] ?? `it ended with ${signal ?? status}`;
      reject(new TwinlightError('FAISS_FAILED', `FAISS could not build the index "${job.factory}": ${reason}`));
    });
    // a child that died early closes the pipe; its exit tells more than the broken pipe
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(job));
  });
}
