/** The records of a run's epochs (`metrics.jsonl`), as its readers want them: what training wrote, checked line by line. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseStoredJson, readStoredFile, type StoredFile } from '../core/outside/stored-file.js';
import type { EpochRecord } from './report.js';
import { EPOCHS } from './run-files.js';
import { sourceReportSchema } from './run-records.js';

/** Bytes of all lines; a thousand epochs take two megabytes. */
const MAX_BYTES = 64 * 2 ** 20;

// JSON has no NaN
const number = z.number().nullable() as unknown as z.ZodType<number>;
const numbers = z.record(z.string(), number);
const count = z.int().min(0);

const epochRecordSchema = z.looseObject({
  epoch: count,
  step: count,
  learningRate: number,
  losses: numbers,
  codeImbalance: number.optional(),
  temperature: number.optional(),
  auxiliaryTemperature: number.optional(),
  contrastiveTemperature: number.optional(),
  layerWeights: z.array(number).optional(),
  negatives: z.record(z.string(), sourceReportSchema).optional(),
  stepMs: number,
  valid: numbers.optional(),
  alignment: number.optional(),
  uniformity: z.looseObject({ users: number, items: number }).optional(),
  deadPrototypes: z.looseObject({ users: count.optional(), items: count.optional() }).optional(),
}) satisfies z.ZodType<EpochRecord>;

/**
 * @returns an epoch each, the first one first; none of a run without training, or before its first epoch ended. Where a figure was
 * no number it is null.
 * @throws DataError `RUN_DAMAGED`
 */
export function readEpochRecords(folder: string): EpochRecord[] {
  if (!existsSync(join(folder, EPOCHS))) return [];
  const file: StoredFile = { folder, name: EPOCHS, code: 'RUN_DAMAGED', remedy: 'restore it, or train the run again' };
  const lines = readStoredFile(file, MAX_BYTES).toString('utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => parseStoredJson(epochRecordSchema, Buffer.from(line), file));
}
