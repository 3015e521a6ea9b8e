/** A study as its readers see it: its trials, the best first, and what the best one is trained with. */

import { BUILT_IN, type Registries } from '../config/registries.js';
import { mergeConfigLayers } from '../core/config-layers.js';
import type { ConfigObject } from '../core/strict-config.js';
import { layerOfValues, type TrialValues } from './search-space.js';
import { bestFirst, resultOf } from './standing.js';
import { isClaimed, runOfTrial } from './study-locks.js';
import { readStudyRecord, readTrials, type StudyRecord, type TrialRecord } from './study-records.js';

export interface BestTrial {
  readonly trial: number;
  readonly values: TrialValues;
  /** Of the study's metric, on validation. */
  readonly value: number;
  /** Epochs that it was trained for. */
  readonly epochs: number;
  /** Whether it was trained to its end. */
  readonly complete: boolean;
  /** Folder of its run. */
  readonly run: string;
  /** What `train` takes beside the preset. */
  readonly config: ConfigObject;
}

export interface StudyReport {
  /** Its folder. */
  readonly folder: string;
  readonly study: StudyRecord;
  /** The best first. */
  readonly trials: readonly TrialRecord[];
  /** Numbers of trials that are under way and that no living process has: the next `tune` of the study goes on with them. */
  readonly left: readonly number[];
  /** Absent while no trial has a value. */
  readonly best?: BestTrial;
}

/**
 * @param registries where names are looked up; default: the built-in ones
 * @throws DataError `STUDY_DAMAGED` where the folder has no study, or a damaged one
 */
export function readStudy(folder: string, registries: Registries = BUILT_IN): StudyReport {
  const study = readStudyRecord(folder);
  const trials = bestFirst(readTrials(folder));
  const left = trials.flatMap(({ trial, state }) => (state === 'running' && !isClaimed(folder, trial) ? [trial] : []));
  const [first] = trials;
  const value = first && resultOf(first);
  if (value === undefined) return { folder, study, trials, left };
  const { trial, values, state, rungs } = first;
  const best = {
    trial,
    values,
    value,
    epochs: rungs[rungs.length - 1].epochs,
    complete: state === 'complete',
    run: runOfTrial(folder, trial),
    config: trialConfig(study, values, registries),
  };
  return { folder, study, trials, left, best };
}

/** What a trial trains, laid over the preset. */
export function trialConfig({ config }: StudyRecord, values: TrialValues, { configSchema }: Registries): ConfigObject {
  return mergeConfigLayers(configSchema, [config, layerOfValues(values)]);
}
