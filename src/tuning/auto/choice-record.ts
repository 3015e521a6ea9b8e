/** What was tried and chosen, on file in the run's folder: a command that was killed and is given again does not choose again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../core/atomic-file.js';
import { readStoredJson } from '../../core/outside/stored-file.js';
import { pilotsFolderOf } from '../../runs/run-files.js';

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
});
export type Choice = Readonly<z.infer<typeof choiceSchema>>;

const FILE = 'choice.json';

export function writeChoice(folder: string, choice: Choice): void {
  writeFileAtomic(join(pilotsFolderOf(folder), FILE), `${JSON.stringify(choice, null, 2)}\n`);
}

/** @returns undefined where nothing was chosen yet, or something else was asked. @throws DataError `RUN_DAMAGED` */
export function readChoice(folder: string, asked: string): Choice | undefined {
  const pilots = pilotsFolderOf(folder);
  if (!existsSync(join(pilots, FILE))) return undefined;
  const remedy = 'remove it: the same command chooses again';
  const choice = readStoredJson(choiceSchema, { folder: pilots, name: FILE, code: 'RUN_DAMAGED', remedy });
  return choice.asked === asked ? choice : undefined;
}
