/**
 * Several finished runs of one graph as one run: in parallel (one embedding of all, which may be cut back to fewer numbers; then
 * one run is enough) or in series (one re-ranks the other).
 */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Extensions } from '../config/extensions/extensions.js';
import { registriesWith } from '../config/extensions/registries-with.js';
import { resolveConfig } from '../config/resolve-config.js';
import { ConfigError } from '../core/errors.js';
import { type FusionSimilarity, fuseEmbeddings, reduceEmbeddings } from '../retrieval/index.js';
import { embeddingsOf, loadRunWith } from './load-run.js';
import { sweepRun } from './run-files.js';
import { graphFolderOf, RunFolder, runIdOf } from './run-folder.js';
import { newRunManifest } from './run-identity.js';
import { lockRun } from './run-lock.js';
import type { TrainedRun } from './trained-run.js';

export type FuseOptions = {
  /** Those that the runs were trained with. */
  readonly extensions?: Extensions;
} & FusionOptions;

type FusionOptions =
  /** α of each run. Scores are Σ α · what each ranks by, cosine or inner product; `similarity: cosine`, of all by cosine. */
  | {
      readonly weights: readonly number[];
      readonly similarity?: FusionSimilarity;
      /** Numbers that a vector is cut back to (`reduceEmbeddings`); absent: those of all runs together. */
      readonly dim?: number;
      readonly serial?: undefined;
    }
  /** The first run's best so many items, ordered by the second. */
  | {
      readonly serial: number;
      readonly weights?: undefined;
      readonly similarity?: undefined;
      readonly dim?: undefined;
    };

/**
 * @param folders finished runs of one graph; in series the easy one first, then the hard one; with `dim` one is enough
 * @param out folder of the new run
 * @returns the new run, which evaluates and recommends like any other; a parallel one also exports
 * @throws ConfigError `FUSE_RUNS`, `FUSE_GRAPH`, `RUN_NO_VECTORS`, `RUN_EXISTS`, `RUN_BUSY`, `REDUCE_DIM`, and what `loadRun` throws
 */
export async function fuseRuns(folders: readonly string[], out: string, options: FuseOptions): Promise<TrainedRun> {
  check(folders, options);
  const registries = registriesWith(options.extensions);
  const target = new RunFolder(out);
  if (target.foreign.length > 0) throw taken(target);
  const giveBack = lockRun(out);
  try {
    sweepRun(out);
    if (target.exists && !isHalfFused(target)) throw taken(target);
    const runs: TrainedRun[] = [];
    for (const folder of folders) runs.push(await loadRunWith(registries, folder));
    writeFused(runs, target, options);
    return await loadRunWith(registries, out);
  } finally {
    giveBack();
  }
}

function writeFused(
  runs: readonly TrainedRun[],
  target: RunFolder,
  { weights, serial, similarity = 'as-trained', dim }: FuseOptions,
): void {
  const [{ graph, manifest, config: first }] = runs;
  for (const run of runs) {
    if (run.manifest.graphHash === manifest.graphHash) continue;
    const message = `${run.folder} was trained on graph ${run.manifest.graphId}, ${runs[0].folder} on ${manifest.graphId}`;
    throw new ConfigError('FUSE_GRAPH', `${message}; fuse runs of one graph`);
  }
  const config = resolveConfig(
    [
      {
        seed: manifest.seed,
        ranker: {
          name: 'fused',
          // in series the second run's folder is opened again, so it is kept relative to this one
          runs: runs.map(({ folder }) => relative(resolve(target.path), resolve(folder))),
          ...(weights
            ? { mode: 'parallel', weights: [...weights], similarity, ...(dim !== undefined && { dim }) }
            : { mode: 'serial', numCandidates: serial }),
        },
        // validation pairs that one of them was fitted to are no measure of all together
        training: { fitOn: runs.some(fittedToValid) ? 'train+valid' : 'train' },
        evaluation: first.evaluation,
      },
    ],
    'fuse',
  );
  // before anything is written: all of these may refuse
  if (weights && similarity === 'cosine') refuseOneDimensional(runs);
  const whole = weights && fuseEmbeddings(runs.map(embeddingsOf), weights, similarity);
  const embeddings = whole && dim !== undefined ? reduceEmbeddings(whole, dim) : whole;
  if (!weights) embeddingsOf(runs[1]);
  const id = runIdOf(target.path);
  const born = newRunManifest(id, 'fused', graph, graphFolderOf(target, graph), manifest.backend, config);
  // the vectors first: a folder that says it is finished has them
  target.create(config, { ...born, finished: true }, () => {
    if (embeddings) target.writeBest({ epoch: 0, embeddings });
  });
}

function taken({ path }: RunFolder): ConfigError {
  return new ConfigError('RUN_EXISTS', `${path} exists; choose another folder`);
}

/** Version 0.1 wrote that a fusion is finished, and its vectors then. */
function isHalfFused(target: RunFolder): boolean {
  if (target.readManifest().preset !== 'fused' || existsSync(target.file('best.state'))) return false;
  const { ranker } = resolveConfig([target.readConfig()], target.file('config.yaml'));
  return ranker.name === 'fused' && ranker.mode === 'parallel';
}

const fittedToValid = (run: TrainedRun): boolean => run.config.training.fitOn === 'train+valid';

/** Of one number a vector, such as a popularity, the cosine keeps the sign alone. */
function refuseOneDimensional(runs: readonly TrainedRun[]): void {
  const flat = runs.find(({ embeddings }) => embeddings?.embeddingDim === 1);
  if (!flat) return;
  throw new ConfigError(
    'FUSE_RUNS',
    `${flat.folder} has one number a vector, all of whose cosines are 1; fuse it with similarity as-trained`,
  );
}

function check(folders: readonly string[], { weights, serial, dim }: FuseOptions): void {
  const refuse = (message: string): never => {
    throw new ConfigError('FUSE_RUNS', message);
  };
  const fewest = dim === undefined ? 2 : 1;
  if (folders.length < fewest) {
    refuse(`expected at least ${fewest === 1 ? 'one run' : 'two runs'}, got ${folders.length}`);
  }
  if (serial !== undefined && folders.length !== 2) refuse(`serial fusion takes two runs, got ${folders.length}`);
  if (weights && weights.length !== folders.length) {
    refuse(`expected a weight for each of ${folders.length} runs, got ${weights.length}`);
  }
  if (weights?.some((weight) => !(weight > 0 && Number.isFinite(weight)))) {
    refuse(`weights must be positive numbers, got ${weights.join(', ')}`);
  }
}
