/**
 * The files of a bundle for those of whom nothing is known: what most users had in training, overall and in its last days, what came
 * last, and which users of the bundle training saw nothing of.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { writeNewFile } from '../core/disk/durable-write.js';
import { ConfigError, DataError } from '../core/errors.js';
import { readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import type { NewestItems } from '../retrieval/serving/newest-items.js';
import type { PopularItems } from '../retrieval/serving/popular-items.js';
import type { ServedModel } from '../retrieval/serving/served-model.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { encodeNpy } from './npy.js';

/** Windows of the lists in days, besides all of training. */
const WINDOWS = [1, 7, 30, 90, 365];
/** Items a list. */
const MOST = 1000;

const rows = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0),
  'expected row numbers',
);
const popularSchema = z.looseObject({
  lists: z.array(z.looseObject({ windowDays: z.number().positive().nullable(), items: rows, counts: rows })),
  newest: z.looseObject({ items: rows, seconds: z.array(z.number()), latest: z.number() }).nullish(),
});

/** @returns windows of the lists that were written */
export function writePopular(folder: string, model: ServedModel): (number | null)[] {
  const lists = [undefined, ...WINDOWS].flatMap((windowDays) => {
    const list = listOf(model, windowDays);
    return list ? [list] : [];
  });
  const told = {
    counted: 'users that had each item in training, by its row in items.npy; windows end with training',
    dated: 'seconds since 1970 of the first training interaction of the newest items, and of the latest of all',
  };
  const newest = withTimes(() => model.newest());
  const dated = newest && {
    items: [...newest.items.slice(0, MOST)],
    seconds: [...newest.seconds.slice(0, MOST)],
    latest: newest.latest,
  };
  writeNewFile(join(folder, BUNDLE_FILES.popular), `${JSON.stringify({ ...told, lists, newest: dated ?? null })}\n`);
  return lists.map(({ windowDays }) => windowDays);
}

/** Undefined for a window where the log has no times. */
function listOf(model: ServedModel, windowDays: number | undefined) {
  const list = windowDays === undefined ? model.popular() : withTimes(() => model.popular(windowDays));
  if (!list) return undefined;
  const { items, counts } = list;
  return { windowDays: windowDays ?? null, items: [...items.slice(0, MOST)], counts: [...counts.slice(0, MOST)] };
}

/** Undefined where the log has no times. */
function withTimes<T>(list: () => T): T | undefined {
  try {
    return list();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'NO_POPULARITY') return undefined;
    throw error;
  }
}

/** The boards of a bundle, as its file has them. */
export interface StoredBoards extends z.infer<typeof popularSchema> {
  readonly stored: StoredFile;
}

export function readBoards(stored: StoredFile): StoredBoards {
  return { ...readStoredJson(popularSchema, stored), stored };
}

/** @param numItems rows that there are. @throws ConfigError `NO_POPULARITY` for a window of which there is no list */
export function popularOfBundle(
  { lists, stored }: StoredBoards,
  numItems: number,
  windowDays: number | undefined,
): PopularItems {
  const list = lists.find((one) => one.windowDays === (windowDays ?? null));
  if (list === undefined) {
    const days = lists.map((one) => one.windowDays).filter((one) => one !== null);
    const there = days.length > 0 ? `it has lists of the last ${days.join(', ')} days, and` : 'it has';
    const message = `the bundle has no list of the last ${windowDays} days: ${there} one of all of training; ask the run itself for other windows`;
    throw new ConfigError('NO_POPULARITY', message);
  }
  const { items, counts } = list;
  if (items.length !== counts.length || items.some((item) => item >= numItems)) throw notRows(stored, numItems);
  return { windowDays, items: Int32Array.from(items), counts: Int32Array.from(counts) };
}

/** @param numItems rows that there are. @throws ConfigError `NO_POPULARITY` where the log had no times, or an earlier twinlight wrote it */
export function newestOfBundle({ newest, stored }: StoredBoards, numItems: number): NewestItems {
  if (!newest) {
    const message =
      'the bundle does not say which items are new: the log had no times, or an earlier twinlight wrote it';
    throw new ConfigError('NO_POPULARITY', message);
  }
  const { items, seconds, latest } = newest;
  if (items.length !== seconds.length || items.some((item) => item >= numItems)) throw notRows(stored, numItems);
  return { items: Int32Array.from(items), seconds: Float64Array.from(seconds), latest };
}

function notRows(stored: StoredFile, numItems: number): DataError {
  const location = { file: join(stored.folder, stored.name) };
  const message = `expected rows below ${numItems} with a number each; ${stored.remedy}`;
  return new DataError(stored.code, message, { location });
}

/** Writes the rows of the users that training saw nothing of, where there are some. @returns how many */
export function writeUntrained(folder: string, { users, knows }: ServedModel): number {
  const untrained = Int32Array.from(users.ids.keys()).filter((user) => !knows(user));
  if (untrained.length === 0) return 0;
  const values = BigInt64Array.from(untrained, BigInt);
  writeNewFile(join(folder, BUNDLE_FILES.untrainedUsers), encodeNpy(values, [values.length]));
  return untrained.length;
}

export function popularFacts(windows: readonly (number | null)[]): NonNullable<BundleManifest['popular']> {
  return { file: BUNDLE_FILES.popular, windowsDays: windows };
}
