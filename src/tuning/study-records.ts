/**
 * What a study folder holds beside its runs: `study.json`, what is asked, and `trials.jsonl`, a line a trial in the order in which they began.
 * Both are replaced as a whole, never appended to, so that a killed process leaves no half line.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../core/atomic-file.js';
import { DataError } from '../core/errors.js';
import { parseStoredJson, readStoredFile, readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import { type ConfigObject, parseStrict } from '../core/strict-config.js';
import { SAMPLER_NAMES } from './samplers.js';
import { searchSpaceSchema } from './search-space.js';

const STUDY_FILE = 'study.json';
const TRIALS_FILE = 'trials.jsonl';
const STUDY_FORMAT_VERSION = 1;
const MAX_TRIALS_BYTES = 64 * 2 ** 20;

const count = z.int().min(0);

const studySchema = z.looseObject({
  formatVersion: z.int().min(1),
  graphId: z.string(),
  graphHash: z.string(),
  /** Relative to the study's folder. */
  graphFolder: z.string().min(1),
  preset: z.string(),
  /** Laid over the preset in every trial. */
  config: z.record(z.string(), z.unknown()) as z.ZodType<ConfigObject>,
  space: searchSpaceSchema,
  sampler: z.enum(SAMPLER_NAMES),
  /** Of what is drawn from the space; that of trainings is in `config`. */
  seed: count,
  /** Null without successive halving. */
  asha: z.strictObject({ minEpochs: z.int().min(1), reduction: z.int().min(2) }).nullable(),
  /** Epochs of each rung; the last is a whole training's. */
  rungs: z.array(z.int().min(1)).min(1),
  monitor: z.string(),
  backend: z.string(),
  /** Trials wanted; the only value that may change. */
  trials: z.int().min(1),
});
export type StudyRecord = z.infer<typeof studySchema>;

const trialSchema = z.looseObject({
  trial: count,
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /**
   * running: under way, or its process was killed. paused: at a rung, and may go on. complete: trained to its end. failed: it diverged,
   * collapsed, or its keys contradict each other.
   */
  state: z.enum(['running', 'paused', 'complete', 'failed']),
  /** Best value of the monitored metric on validation by then, at each rung. */
  rungs: z.array(z.strictObject({ epochs: count, value: z.number() })),
  /** Code and message of what it failed by. */
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});
export type TrialRecord = z.infer<typeof trialSchema>;

/** @throws ConfigError `CONFIG_INVALID` for what a study can't be asked */
export function newStudyRecord(study: Omit<StudyRecord, 'formatVersion'>): StudyRecord {
  return parseStrict(studySchema, { formatVersion: STUDY_FORMAT_VERSION, ...study }, 'study');
}

export const isStudyFolder = (folder: string): boolean => existsSync(join(folder, STUDY_FILE));

const stored = (folder: string, name: string): StoredFile => ({
  folder,
  name,
  code: 'STUDY_DAMAGED',
  remedy: 'restore it, or begin another study',
  missing: 'no study in this folder; make one with `twinlight tune <graph>`',
});

/** @throws DataError `STUDY_DAMAGED`, `STUDY_FORMAT` for a newer format */
export function readStudyRecord(folder: string): StudyRecord {
  const file = stored(folder, STUDY_FILE);
  const { formatVersion } = readStoredJson(z.looseObject({ formatVersion: z.int().min(1) }), file);
  if (formatVersion > STUDY_FORMAT_VERSION) {
    const message = `study format ${formatVersion}, but this version of twinlight reads up to ${STUDY_FORMAT_VERSION}; upgrade twinlight`;
    throw new DataError('STUDY_FORMAT', message, { location: { file: join(folder, STUDY_FILE) } });
  }
  return readStoredJson(studySchema, file);
}

export function writeStudyRecord(folder: string, study: StudyRecord): void {
  writeFileAtomic(join(folder, STUDY_FILE), `${JSON.stringify(study, null, 2)}\n`);
}

/** In the order of their numbers, 0 first. @throws DataError `STUDY_DAMAGED` */
export function readTrials(folder: string): TrialRecord[] {
  if (!existsSync(join(folder, TRIALS_FILE))) return [];
  const file = stored(folder, TRIALS_FILE);
  const lines = readStoredFile(file, MAX_TRIALS_BYTES).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const record = parseStoredJson(trialSchema, Buffer.from(line), file);
    if (record.trial === i) return record;
    throw new DataError('STUDY_DAMAGED', `expected trial ${i}, got trial ${record.trial}; ${file.remedy}`, {
      location: { file: join(folder, TRIALS_FILE), line: i + 1 },
    });
  });
}

export function writeTrials(folder: string, trials: readonly TrialRecord[]): void {
  writeFileAtomic(join(folder, TRIALS_FILE), ...trials.map((trial) => `${JSON.stringify(trial)}\n`));
}
