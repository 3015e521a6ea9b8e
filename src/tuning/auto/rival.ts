/** What needs no training as runs, beside what was trained: alone, as vectors, and fused with it. They lie in `pilots/` of the trained run. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Extensions } from '../../config/extensions/extensions.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import { fuseRuns, type TrainedRun } from '../../runs/index.js';
import type { TrainReport } from '../../runs/report.js';
import { pilotsFolderOf } from '../../runs/run-files.js';
import { train } from '../../training/index.js';

export const RIVALS = ['item-knn', 'popularity'] as const;
export type Rival = (typeof RIVALS)[number];

/** What vectors in its place can be made by. item-kNN's own factors or EASE's: which are better differs from data to data. */
export const VECTOR_RANKERS = ['item-knn', 'ease', 'popularity'] as const;
export type VectorRanker = (typeof VECTOR_RANKERS)[number];
export const vectorRankersOf = (rival: Rival): readonly VectorRanker[] =>
  rival === 'item-knn' ? ['item-knn', 'ease'] : ['popularity'];

export interface RivalContext {
  /** What was trained. */
  readonly run: TrainedRun;
  readonly graph: StoredGraph;
  readonly backend?: string;
  readonly extensions?: Extensions;
}

interface RivalOptions {
  /** On train and validation too, in `refit/` of it. */
  readonly refit?: boolean;
  readonly skipTest?: boolean;
}

/** Of a vector: making it costs the square. */
const MOST_NUMBERS = 512;

/** Where what is made for the comparison lies. */
export const folderFor = ({ run }: RivalContext, what: string): string => join(pilotsFolderOf(run.folder), what);

/** As it ranks best. @param folder of the run that is made; what is there goes */
export function trainRival(
  { run, graph, backend }: RivalContext,
  rival: Rival,
  folder: string,
  options: RivalOptions,
): Promise<TrainReport> {
  const { seed, evaluation } = run.config;
  const config = { seed, evaluation };
  return train({ source: graph, preset: rival, config, run: folder, overwrite: true, backend, ...options });
}

/** Of as many numbers as the trained run has. @param folder of the run that is made; what is there goes */
export function trainVectors(
  { run, graph, backend }: RivalContext,
  by: VectorRanker,
  folder: string,
  options: RivalOptions,
): Promise<TrainReport> {
  const { seed, evaluation, encoder } = run.config;
  const rank = Math.min(MOST_NUMBERS, encoder.embeddingDim);
  const config = { seed, evaluation, ...(by !== 'popularity' && { ranker: { name: by, rank } }) };
  return train({ source: graph, preset: by, config, run: folder, overwrite: true, backend, ...options });
}

/**
 * The trained run, at weight 1, and the rival side by side, each as it ranks by itself.
 * @param folders of the trained run and of the rival as vectors
 * @param out of the run that is made; what is there goes
 */
export function fuseWithRival(
  { extensions }: RivalContext,
  folders: readonly [string, string],
  out: string,
  weight: number,
): Promise<TrainedRun> {
  rmSync(out, { recursive: true, force: true });
  return fuseRuns(folders, out, { weights: [1, weight], extensions });
}
