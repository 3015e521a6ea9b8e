/**
 * A checkpoint says which run it belongs to, by the `runHash` of that run's manifest: one of another run of the same graph and
 * shape would fit, and be taken for what this configuration trained. Runs of version 0.1 and their checkpoints have none.
 */
import type { z } from 'zod';
import { DataError } from '../core/errors.js';
import { readStateFile, type StateFile, writeStateFile } from './state-file.js';

/** What a checkpoint says of where it belongs. */
export interface OfRun {
  readonly runHash?: string;
}

export function writeBoundState(path: string, { meta, arrays }: StateFile<OfRun>, runHash: string | undefined): void {
  writeStateFile(path, { meta: { ...meta, runHash }, arrays });
}

/**
 * @param expected of the manifest
 * @throws DataError `STATE_OTHER_RUN`, and what `readStateFile` throws
 */
export function readBoundState<Meta extends OfRun>(
  path: string,
  schema: z.ZodType<Meta>,
  expected: string | undefined,
): StateFile<Meta> | undefined {
  const state = readStateFile(path, schema);
  if (state === undefined || state.meta.runHash === expected) return state;
  const told = (hash?: string) => hash?.slice(0, 8) ?? 'none';
  const message =
    `this checkpoint is another run's: expected runHash ${told(expected)}, as in the run's manifest.json, got ` +
    `${told(state.meta.runHash)}; restore the run's own, or train the run again`;
  throw new DataError('STATE_OTHER_RUN', message, { location: { file: path } });
}
