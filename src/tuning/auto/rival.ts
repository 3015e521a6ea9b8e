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

export interface RivalContext {
  /** What was trained. */
  readonly run: TrainedRun;
  readonly graph: StoredGraph;
  readonly backend?: string;
  readonly extensions?: Extensions;
}

interface RivalOptions {
  /** Vectors of as many numbers as the trained run has, instead of what ranks best. */
  readonly asVectors?: boolean;
  /** On train and validation too, in `refit/` of it. */
  readonly refit?: boolean;
  readonly skipTest?: boolean;
}

/** Of a vector: making it costs the square. */
const MOST_NUMBERS = 512;

export const rivalFolderOf = ({ run }: RivalContext, rival: Rival): string => join(pilotsFolderOf(run.folder), rival);

/** @param folder of the run that is made; what is there goes */
export function trainRival(
  { run, graph, backend }: RivalContext,
  rival: Rival,
  folder: string,
  { asVectors = false, refit, skipTest }: RivalOptions,
): Promise<TrainReport> {
  const { seed, evaluation, encoder } = run.config;
  const ranker = { name: 'item-knn' as const, rank: Math.min(MOST_NUMBERS, encoder.embeddingDim) };
  const config = { seed, evaluation, ...(asVectors && rival === 'item-knn' && { ranker }) };
  return train({ source: graph, preset: rival, config, run: folder, overwrite: true, backend, refit, skipTest });
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
