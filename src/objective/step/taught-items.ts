/** The items of a step that a teacher's scores are compared on, where they are not those of the batch. */
import type { RunConfig } from '../../config/run-config.js';
import { Rng } from '../../core/rng.js';
import type { Teacher } from '../../runs/teacher/teacher.js';
import { featureBatch } from './feature-batch.js';

/**
 * Drawn uniformly over the items that the teacher knows; all of them where fewer are there than asked for.
 * @returns distinct, ascending; undefined: those of the batch
 */
export function taughtItems(
  { coldStart, seed }: Pick<RunConfig, 'coldStart' | 'seed'>,
  teacher: Pick<Teacher, 'knows'> | undefined,
  step: number,
): Int32Array | undefined {
  const numItems = coldStart.teacher?.numItems ?? 'batch';
  if (numItems === 'batch' || teacher === undefined) return undefined;
  const { item: knows } = teacher.knows;
  const known = Int32Array.from(knows.keys()).filter((item) => knows[item]);
  return featureBatch(known.length, numItems, Rng.of(seed, 'teacher', step)).map((at) => known[at]);
}
