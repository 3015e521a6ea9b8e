/**
 * What was trained, held against what needs no training, on validation: item-kNN, or popularity where that is better. Where it is better than
 * the trained run by more than chance (paired t-test over users), vectors in its place are made and fused with the trained run at three weights.
 * The best of all that has vectors is to stand in for the run: what took its vectors before goes on taking them.
 */
import { rmSync } from 'node:fs';
import { monitoredOf, pairedTest, reportOfTask } from '../../evaluation/index.js';
import { evaluateRun, loadRun, type TrainedRun } from '../../runs/index.js';
import type { Choice, Standing } from './choice-record.js';
import {
  folderFor,
  fuseWithRival,
  type Rival,
  type RivalContext,
  trainRival,
  trainVectors,
  type VectorRanker,
  vectorRankersOf,
} from './rival.js';

/** Of the rival, beside the trained run's 1: how the two scores spread differs from data to data. */
const WEIGHTS = [0.5, 1, 2];
const SIGNIFICANCE = 0.05;

/** @returns undefined where the trained run is at least as good as either */
export async function standingOf(context: RivalContext, { baselines }: Choice): Promise<Standing | undefined> {
  const { run } = context;
  const { bestEpoch, bestValue } = run.manifest;
  const { popularity, itemKnn = Number.NEGATIVE_INFINITY } = baselines;
  const rival: Rival = itemKnn >= popularity ? 'item-knn' : 'popularity';
  if (bestValue === null || Math.max(itemKnn, popularity) <= bestValue) return undefined;
  const folder = folderFor(context, rival);
  await trainRival(context, rival, folder, { skipTest: true });
  const [own, other] = [await onValidation(context, run), await onValidation(context, await loadRun(folder))];
  rmSync(folder, { recursive: true, force: true });
  const isClear = isClearlyBelow(own, other);
  const standing = { bestEpoch, trained: own.value, rival, ofRival: other.value, isClear };
  // a fused run has no towers: what they are there for would be lost
  const { item, user } = run.serving.towers;
  if (!isClear || item || user) return { ...standing, vectors: [], fused: [] };
  const vectors = await vectorValues(context, rival);
  const fused = await fusedValues(context, vectors[0].by);
  const best = fused.reduce((a, b) => (b.value > a.value ? b : a));
  const [{ value }] = vectors;
  if (Math.max(best.value, value) <= own.value) return { ...standing, vectors, fused };
  return { ...standing, vectors, fused, standIn: best.value >= value ? best.weight : 'vectors' };
}

/** Best first. */
async function vectorValues(context: RivalContext, rival: Rival): Promise<Standing['vectors']> {
  const values = [];
  for (const by of vectorRankersOf(rival)) {
    const folder = folderFor(context, by);
    await trainVectors(context, by, folder, { skipTest: true });
    const { value } = await onValidation(context, await loadRun(folder));
    rmSync(folder, { recursive: true, force: true });
    values.push({ by, value });
  }
  return values.sort((a, b) => b.value - a.value);
}

async function fusedValues(context: RivalContext, by: VectorRanker): Promise<Standing['fused']> {
  const [vectors, out] = [by, 'fused'].map((name) => folderFor(context, name));
  await trainVectors(context, by, vectors, { skipTest: true });
  const values = [];
  for (const weight of WEIGHTS) {
    const fused = await fuseWithRival(context, [context.run.folder, vectors], out, weight);
    values.push({ weight, value: (await onValidation(context, fused)).value });
  }
  for (const folder of [vectors, out]) rmSync(folder, { recursive: true, force: true });
  return values;
}

interface Measured {
  /** Of the monitored metric. */
  readonly value: number;
  /** Absent for metrics that no user has one of, `[numUsers]`. */
  readonly perUser?: Float32Array;
}

async function onValidation({ run }: RivalContext, measured: TrainedRun): Promise<Measured> {
  const { task, key, k } = monitoredOf(run.config.training.monitor);
  const { registries } = run;
  const report = reportOfTask(await evaluateRun({ ...measured, registries }, { part: 'valid', topK: [k] }), task);
  return { value: report.metrics[key], perUser: report.perUser[key] };
}

function isClearlyBelow(a: Measured, b: Measured): boolean {
  if (a.perUser === undefined || b.perUser === undefined || a.perUser.length < 2) return b.value > a.value;
  const { meanDifference, pValue } = pairedTest({ a: a.perUser, b: b.perUser });
  return meanDifference > 0 && pValue < SIGNIFICANCE;
}
