/**
 * Successive halving (Jamieson & Talwalkar 2016, AISTATS, arXiv 1502.07943) over a handful of settings: each is trained for a few epochs,
 * the better third goes on to three times as many, and the best of those by its validation so far is chosen. A pilot is a run in a folder of
 * its own; of test it is never asked.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Extensions } from '../../config/extensions/extensions.js';
import type { RunConfig } from '../../config/run-config.js';
import { TwinlightError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import type { ConfigObject } from '../../core/strict-config.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import { pilotsFolderOf } from '../../runs/run-files.js';
import { RunFolder } from '../../runs/run-folder.js';
import { trainUpTo } from '../train-up-to.js';
import type { Candidate } from './candidates.js';
import { REDUCTION, roundsOf } from './halving-rounds.js';

/** A candidate with the whole of its configuration, the user's keys over it. */
export interface Pilot extends Candidate {
  readonly resolved: RunConfig;
}

interface PilotResult extends Pilot {
  /** Of the monitored metric on validation, its best so far; −∞ where it diverged. */
  readonly value: number;
  /** Trained so far. */
  readonly epochs: number;
}

interface PilotContext {
  /** The run that is to be. */
  readonly folder: string;
  readonly graph: StoredGraph;
  readonly backend?: string;
  readonly extensions?: Extensions;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** A setting that does not train is no fault of the others. */
const FAILURES: readonly string[] = ['TRAIN_DIVERGED', 'TRAIN_COLLAPSED'];

/** @returns all of them, best first; undefined where it was interrupted */
export async function comparePilots(
  context: PilotContext,
  pilots: readonly Pilot[],
): Promise<PilotResult[] | undefined> {
  const { batchSize } = pilots[0].resolved.training;
  let results: PilotResult[] = pilots.map((pilot) => ({ ...pilot, value: Number.NEGATIVE_INFINITY, epochs: 0 }));
  let goOn = pilots.length;
  for (const epochs of roundsOf(context.graph.train.numEdges, batchSize)) {
    const trained: PilotResult[] = [];
    for (const pilot of results.slice(0, goOn)) {
      const result = await trainPilot(context, pilot, epochs);
      if (result === undefined) return undefined;
      trained.push(result);
      context.reporter.info(
        `  ${result.name.padEnd(30)} ${Number.isFinite(result.value) ? result.value.toFixed(4) : 'diverged'}  ${result.epochs} epochs`,
      );
    }
    // the earlier of equals: sort keeps their order. Who went on stands before who did not
    results = [...trained.sort((a, b) => b.value - a.value), ...results.slice(goOn)];
    goOn = Math.max(2, Math.ceil(goOn / REDUCTION));
  }
  return results;
}

/** Up to the end of an epoch, from wherever an earlier call left it. */
async function trainPilot(context: PilotContext, pilot: PilotResult, epochs: number): Promise<PilotResult | undefined> {
  const { folder, graph, backend, extensions, signal } = context;
  const run = new RunFolder(join(pilotsFolderOf(folder), pilot.name.replace(/[^\w.]+/g, '-')));
  const beginning = { preset: pilot.preset, config: pilot.resolved as unknown as ConfigObject };
  try {
    const report = await trainUpTo(run, beginning, { graph, backend, extensions, signal, pauseAfter: epochs });
    if (report === undefined) return undefined;
    return { ...pilot, value: run.readManifest().bestValue ?? Number.NEGATIVE_INFINITY, epochs: report.epochs };
  } catch (error) {
    if (!(error instanceof TwinlightError) || !FAILURES.includes(error.code)) throw error;
    rmSync(run.path, { recursive: true, force: true });
    return { ...pilot, value: Number.NEGATIVE_INFINITY, epochs };
  }
}
