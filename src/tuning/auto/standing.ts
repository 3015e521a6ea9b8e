/**
 * What was trained, held against what needs no training, on validation: item-kNN, or popularity where that is better. Where it is better than
 * the trained run by more than chance (paired t-test over users), the two are fused at three weights, and the best of all that has vectors is
 * to stand in for the run: what took its vectors before goes on taking them.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitoredOf, pairedTest, reportOfTask } from '../../evaluation/index.js';
import { evaluateRun, loadRun, type TrainedRun } from '../../runs/index.js';
import { pilotsFolderOf } from '../../runs/run-files.js';
import type { Choice, Standing } from './choice-record.js';
import { fuseWithRival, type Rival, type RivalContext, rivalFolderOf, trainRival } from './rival.js';

/** Of the rival, beside the trained run's 1: how the two scores spread differs from data to data. */
const WEIGHTS = [0.5, 1, 2];
const SIGNIFICANCE = 0.05;

interface WithVectors {
  readonly asVectors?: number;
  readonly fused: Standing['fused'];
}

const NONE: WithVectors = { fused: [] };

/** @returns undefined where the trained run is at least as good as either */
export async function standingOf(context: RivalContext, { baselines }: Choice): Promise<Standing | undefined> {
  const { run } = context;
  const { bestEpoch, bestValue } = run.manifest;
  const { popularity, itemKnn = Number.NEGATIVE_INFINITY } = baselines;
  const rival: Rival = itemKnn >= popularity ? 'item-knn' : 'popularity';
  if (bestValue === null || Math.max(itemKnn, popularity) <= bestValue) return undefined;
  const folder = rivalFolderOf(context, rival);
  await trainRival(context, rival, folder, { skipTest: true });
  const [own, other] = [await onValidation(context, run), await onValidation(context, await loadRun(folder))];
  const isClear = isClearlyBelow(own, other);
  // a fused run has no towers: what they are there for would be lost
  const { item, user } = run.serving.towers;
  const compared = isClear && !item && !user ? await withVectors(context, rival) : NONE;
  rmSync(folder, { recursive: true, force: true });
  const standing = { bestEpoch, trained: own.value, rival, ofRival: other.value, isClear, ...compared };
  const { asVectors, fused } = standing;
  if (asVectors === undefined) return standing;
  const best = fused.reduce((a, b) => (b.value > a.value ? b : a));
  if (Math.max(best.value, asVectors) <= own.value) return standing;
  return { ...standing, standIn: best.value >= asVectors ? best.weight : 'rival' };
}

/** The rival as vectors, alone and beside the trained run by its weight there. */
async function withVectors(context: RivalContext, rival: Rival): Promise<WithVectors> {
  const { run } = context;
  const vectors = rivalFolderOf(context, rival);
  await trainRival(context, rival, vectors, { asVectors: true, skipTest: true });
  const { value: asVectors } = await onValidation(context, await loadRun(vectors));
  const out = join(pilotsFolderOf(run.folder), 'fused');
  const fused = [];
  for (const weight of WEIGHTS) {
    const { value } = await onValidation(context, await fuseWithRival(context, [run.folder, vectors], out, weight));
    fused.push({ weight, value });
  }
  rmSync(out, { recursive: true, force: true });
  return { asVectors, fused };
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
