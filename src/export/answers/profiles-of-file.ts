/**
 * A file of users that are asked for, a line each: ids, or in `.jsonl` objects with what is known of each:
 *
 *     {"user": "u7", "history": ["i3", "i8"], "features": {"age": 25}}
 *
 * Read as it is needed, gzipped or not; empty lines are passed over.
 */
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import { parseBoundedJson } from '../../core/outside/nesting.js';
import { SILENT } from '../../core/reporter.js';
import type { FeatureCell } from '../../data/fields/feature-cell.js';
import { trimBlanks } from '../../data/readers/blanks.js';
import { lineTooLong, MAX_LINE_BYTES } from '../../data/readers/text/byte-lines.js';
import { SourceFile } from '../../data/readers/text/source-file.js';
import type { Profile } from '../../retrieval/index.js';

type NamedProfile = Profile & { readonly user: string };

const id = z.union([z.string(), z.number().transform(String)]);
const cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))]);
const profileSchema = z.strictObject({
  user: id,
  history: z.array(id).optional(),
  features: z.record(z.string(), cell as z.ZodType<FeatureCell>).optional(),
});

/** Lines that are not empty. @throws DataError `DATA_MISSING_FILE` and the like */
export async function countProfiles(path: string): Promise<number> {
  let lines = 0;
  await new SourceFile(path).forEachLine(SILENT, (_, start, end) => {
    if (end > start) lines++;
  });
  return lines;
}

/** @throws DataError `PROFILE_LINE` with the line, `DATA_MISSING_FILE` and the like */
export async function* profilesOfFile(path: string): AsyncGenerator<NamedProfile> {
  const isJson = /\.(jsonl|ndjson)(\.gz)?$/i.test(path);
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    const trimmed = trimBlanks(text);
    if (trimmed === '') continue;
    yield isJson ? profileOf(trimmed, { file: path, line }) : { user: trimmed };
  }
}

function profileOf(text: string, location: { readonly file: string; readonly line: number }): NamedProfile {
  const refuse = (problem: string): DataError => {
    const expected =
      'expected an object with user (an id), and history (a list of ids) or features (an object) where they are known';
    return new DataError('PROFILE_LINE', `${expected}; ${problem}`, { location });
  };
  let value: unknown;
  try {
    value = parseBoundedJson(Buffer.from(text));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const read = profileSchema.safeParse(value);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues;
  throw refuse(`${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`);
}

const NEWLINE = 10;

/** Without their line ends. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let line = 1;
  for await (const chunk of new SourceFile(path).chunks(SILENT)) {
    const all = Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(NEWLINE) + 1;
    const lines = all.toString('utf8', 0, end).split('\n').slice(0, -1);
    for (const text of lines) yield text.replace(/\r+$/, '');
    line += lines.length;
    rest = all.subarray(end);
    if (rest.length > MAX_LINE_BYTES) throw lineTooLong({ file: path, line }, MAX_LINE_BYTES);
  }
  if (rest.length > 0) yield rest.toString('utf8').replace(/\r+$/, '');
}
