/** What was tried and chosen, on file in the run's folder: a command that was killed and is given again does not choose again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../core/atomic-file.js';
import { readStoredJson } from '../../core/outside/stored-file.js';
import { pilotsFolderOf } from '../../runs/run-files.js';
import { RIVALS, VECTOR_RANKERS } from './rival.js';

/** What was trained, held against the better of what needs no training where that was better at all. Figures are of the monitored metric on validation. */
const standingSchema = z.strictObject({
  /** Of the run's weights, which these figures are of. */
  bestEpoch: z.number(),
  trained: z.number(),
  rival: z.enum(RIVALS),
  ofRival: z.number(),
  /** Whether the rival is better by more than chance: paired over users, p < .05. */
  isClear: z.boolean(),
  /** Vectors in the rival's place, by what makes them, best first; none where it is not clearly better. */
  vectors: z.array(z.strictObject({ by: z.enum(VECTOR_RANKERS), value: z.number() })),
  /** The best of them fused with the trained run, which has weight 1. */
  fused: z.array(z.strictObject({ weight: z.number(), value: z.number() })),
  /** What stands in for the run, the best of all that has vectors: fused at this weight, or those vectors alone. Absent: nothing does. */
  standIn: z.union([z.literal('vectors'), z.number()]).optional(),
});
export type Standing = Readonly<z.infer<typeof standingSchema>>;

const choiceSchema = z.strictObject({
  /** sha256 of the graph and of everything that was to be tried. */
  asked: z.string(),
  monitor: z.string(),
  /** What was tried, best first. */
  tried: z.array(
    z.strictObject({
      name: z.string(),
      preset: z.string(),
      /** Of the monitored metric on validation, its best so far; null where it diverged. */
      value: z.number().nullable(),
      epochs: z.number(),
    }),
  ),
  /** What needs no training, on the same validation pairs; item-kNN is left out where it would take minutes. */
  baselines: z.strictObject({ popularity: z.number(), itemKnn: z.number().optional() }),
  /** Once it is trained; absent where nothing that needs no training was better. */
  standing: standingSchema.optional(),
});
export type Choice = Readonly<z.infer<typeof choiceSchema>>;

const FILE = 'choice.json';

export function writeChoice(folder: string, choice: Choice): void {
  writeFileAtomic(join(pilotsFolderOf(folder), FILE), `${JSON.stringify(choice, null, 2)}\n`);
}

/**
 * @param asked absent: whatever was asked
 * @returns undefined where nothing was chosen yet, or something else was asked
 * @throws DataError `RUN_DAMAGED`
 */
export function readChoice(folder: string, asked?: string): Choice | undefined {
  const pilots = pilotsFolderOf(folder);
  if (!existsSync(join(pilots, FILE))) return undefined;
  const remedy = 'remove it: the same command chooses again';
  const choice = readStoredJson(choiceSchema, { folder: pilots, name: FILE, code: 'RUN_DAMAGED', remedy });
  return asked === undefined || choice.asked === asked ? choice : undefined;
}
