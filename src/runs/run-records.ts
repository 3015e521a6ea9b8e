/** What the records of a run folder must be to be used: forms of the manifest, the report and what checkpoints hold beside arrays. */
import { z } from 'zod';
import type { EpochRecord, TrainReport } from './report.js';
import type { RunManifest } from './trained-run.js';

const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256');
const path = z.string().regex(/^[^\0]+$/, 'expected a path');
// JSON has no NaN
const number = z.number().nullable() as unknown as z.ZodType<number>;
const numbers = z.record(z.string(), number);

/** Of any manifest, looked at first: a later format may have another form. */
export const versionSchema = z.looseObject({ formatVersion: z.int().min(1) });

/** Keys that a later release adds are left alone. */
export const runManifestSchema = z.looseObject({
  formatVersion: z.int().min(1),
  id: z.string(),
  preset: z.string(),
  graphId: z.string(),
  graphHash: hash,
  graphFolder: path,
  backend: z.string(),
  seed: z.number(),
  epochs: count,
  steps: count,
  bestEpoch: count,
  monitor: z.string(),
  bestValue: z.number().nullable(),
  finished: z.boolean(),
  versions: z.record(z.string(), z.string()),
  standsInForEpoch: count.optional(),
  teacherHash: hash.optional(),
  runHash: hash.optional(),
  configHash: hash.optional(),
  nextConfigHash: hash.optional(),
}) satisfies z.ZodType<RunManifest>;

export const sourceReportSchema = z.looseObject({
  share: z.number(),
  meanScore: z.number(),
  falseNegatives: z.number(),
  gradientNorm: z.number(),
});
const tasks = z.record(z.string(), z.looseObject({ candidates: count, users: count, metrics: numbers }));
const ofParts = z.looseObject({ valid: z.number(), test: z.number() });

export const trainReportSchema = z.looseObject({
  run: z.string(),
  graph: z.string(),
  preset: z.string(),
  backend: z.string(),
  seed: z.number(),
  epochs: count,
  bestEpoch: count,
  steps: count,
  stepMs: number,
  peakRssMB: z.number(),
  stopped: z.enum(['epochs', 'max-steps', 'early', 'interrupted', 'untrained']),
  valid: numbers,
  test: numbers,
  testIntervals: z.record(z.string(), z.tuple([z.number(), z.number()])),
  layerWeights: z.array(z.number()).optional(),
  negatives: z.record(z.string(), sourceReportSchema).optional(),
  evaluatedUsers: ofParts,
  usersSampledFrom: ofParts.partial().optional(),
  tasks: z.looseObject({ valid: tasks.optional(), test: tasks.optional() }).optional(),
}) satisfies z.ZodType<TrainReport>;

/** Of a checkpoint: the `runHash` of the run that it belongs to. */
const runHash = hash.optional();

export const resumeStateSchema = z.looseObject({
  step: count,
  epoch: z.int().min(1),
  batchesDone: count,
  adamStep: count,
  partSums: numbers,
  bestEpoch: count,
  // there is none before any validation
  bestValue: number,
  validationsSinceBest: count,
  longestStall: count,
  negatives: z.record(z.string(), sourceReportSchema).optional(),
  finished: z.boolean(),
  runHash,
  history: z.array(z.looseObject({ epoch: count, step: count, losses: numbers })) as unknown as z.ZodType<
    readonly EpochRecord[]
  >,
});

export const bestStateSchema = z.looseObject({
  epoch: count,
  embeddingDim: z.int().min(1),
  normalized: z.boolean(),
  runHash,
});
