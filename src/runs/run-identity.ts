/** What a run is called, what its manifest says at birth, and what tells its checkpoints from another run's. */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { toEarlierForm } from '../config/earlier-forms.js';
import type { RunConfig } from '../config/run-config.js';
import { sha256Of } from '../core/atomic-file.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { RUN_FORMAT_VERSION } from './run-folder.js';
import type { RunManifest } from './trained-run.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * Keys that may change when a run is continued: they say when to stop, not what a step does (but for epochs under a schedule
 * that falls over all of them).
 */
export const RESUMABLE: readonly string[] = [
  'training.epochs',
  'training.maxSteps',
  'training.patience',
  'training.stallShare',
];

/** `<graph name>_<preset>_<hash8>`: the same graph and configuration give the same name. */
export function runFolderName(graph: StoredGraph, preset: string, config: RunConfig): string {
  const hash = sha256Of(graph.manifest.hash, preset, JSON.stringify(toEarlierForm(config))).slice(0, 8);
  return `${graph.manifest.name}_${preset}_${hash}`;
}

export function newRunManifest(
  id: string,
  preset: string,
  graph: StoredGraph,
  graphFolder: string,
  backend: string,
  config: RunConfig,
  teacherHash?: string,
): RunManifest {
  return {
    formatVersion: RUN_FORMAT_VERSION,
    id,
    preset,
    graphId: graph.manifest.id,
    graphHash: graph.manifest.hash,
    graphFolder,
    backend,
    seed: config.seed,
    epochs: 0,
    steps: 0,
    bestEpoch: 0,
    monitor: config.training.monitor,
    bestValue: null,
    finished: false,
    runHash: sha256Of(graph.manifest.hash, preset, lastingPart(config), teacherHash ?? ''),
    ...(teacherHash !== undefined && { teacherHash }),
    versions: { twinlight: version, node: process.version, tfjs: tf.version.tfjs },
  };
}

/** A later version may resolve the same keys to more: this is made once, and then only compared. */
function lastingPart(config: RunConfig): string {
  const training = Object.entries(config.training).filter(([key]) => !RESUMABLE.includes(`training.${key}`));
  return JSON.stringify({ ...config, training: Object.fromEntries(training) });
}
