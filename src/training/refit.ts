/**
 * Refitting: what validation chose is trained once more on train and validation, for as many epochs, from the same seed. There is
 * nothing left to choose by, so the number of epochs is the first training's; a schedule that falls over all epochs stops where it
 * stood then. An epoch of more pairs has more steps.
 */
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Registries } from '../config/registries.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { RunConfig } from '../config/run-config.js';
import { ConfigError } from '../core/errors.js';
import { type ConfigObject, mergeLayers } from '../core/strict-config.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { Positives } from '../objective/positives.js';
import { fittedGraph } from '../runs/held-out.js';
import { refitFolderOf } from '../runs/refit-folder.js';
import { RunFolder } from '../runs/run-folder.js';
import { EpochBatches } from './batches.js';

interface Refit {
  readonly run: string;
  readonly config: ConfigObject;
  /** Of one that was stopped, or is done. */
  readonly resume: boolean;
}

/**
 * @param bestEpoch of the selection; 0 for what has no epochs
 * @throws ConfigError `REFIT_NO_VALIDATION` where nothing was held out to choose by, `REFIT_FIT_ON` where it was fitted already, and
 * what `resolveConfig` says of keys that need a validation
 */
export function refitConfig(
  config: RunConfig,
  graph: StoredGraph,
  bestEpoch: number,
  registries: Registries,
): RunConfig {
  if (config.training.fitOn === 'train+valid') {
    throw new ConfigError(
      'REFIT_FIT_ON',
      'training.fitOn is train+valid: there is nothing to choose by, and no more to fit on',
    );
  }
  if (graph.valid.values.length === 0) {
    const message = `graph ${graph.manifest.id} has no validation pairs to choose by and then to fit on; build it with a data.split that has some, or train without --refit`;
    throw new ConfigError('REFIT_NO_VALIDATION', message);
  }
  const training = {
    fitOn: 'train+valid',
    patience: 0,
    ...(bestEpoch > 0 && { maxSteps: bestEpoch * stepsAnEpoch(config, graph) }),
  };
  return resolveConfig([mergeLayers(config as unknown as ConfigObject, { training })], 'refit', registries);
}

/** Of the graph with its validation pairs. */
function stepsAnEpoch(config: RunConfig, graph: StoredGraph): number {
  const { train, otherEvents } = fittedGraph(graph, { training: { ...config.training, fitOn: 'train+valid' } });
  const positives = new Positives(train, config.positives, otherEvents);
  return new EpochBatches(train, { batchSize: config.training.batchSize, seed: config.seed, positives })
    .batchesPerEpoch;
}

/**
 * The refit of a finished run: new, or going on with what an earlier call left of the same one. Another one that is there goes.
 * @param config of the refit
 */
export function planRefit(folder: string, config: RunConfig): Refit {
  const run = refitFolderOf(folder);
  const there = new RunFolder(run);
  // without keys that are undefined, as a file has it
  const wanted = JSON.parse(JSON.stringify(config)) as ConfigObject;
  const resume = there.exists && isDeepStrictEqual(there.readConfig(), wanted);
  // of another epoch, or of a run that was trained anew
  if (there.exists && !resume) rmSync(run, { recursive: true, force: true });
  return { run, config: resume ? {} : wanted, resume };
}
