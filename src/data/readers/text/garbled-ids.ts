/** Refuses a file whose ids hold bytes that are not UTF-8: ids that differ in such bytes only would become one. */
import { isUtf8 } from 'node:buffer';
import { DataError } from '../../../core/errors.js';
import { SILENT } from '../../../core/reporter.js';
import type { Vocabulary } from '../../vocabulary.js';
import type { SourceFile } from './source-file.js';
import { REPLACEMENT } from './utf8-check.js';

/**
 * @param ids what the file's ids were added to
 * @throws DataError `DATA_ENCODING` with the line, when the file is not UTF-8 and an id shows it
 */
export async function refuseGarbledIds(file: SourceFile, ...ids: Vocabulary[]): Promise<void> {
  if (file.isUtf8) return;
  const garbled = ids.flatMap((vocabulary) => [...vocabulary.ids]).find((id) => id.includes(REPLACEMENT));
  if (garbled === undefined) return;
  let first: number | undefined;
  await file.forEachLine(SILENT, (bytes, start, end, line) => {
    if (first === undefined && !isUtf8(bytes.subarray(start, end))) first = line;
  });
  throw new DataError(
    'DATA_ENCODING',
    `expected UTF-8 text, got other bytes, and an id reads ${JSON.stringify(garbled.slice(0, 60))}: ids that differ in ` +
      'such bytes would become one; save the file as UTF-8 (iconv -f ISO-8859-1 -t UTF-8, where it is Latin-1)',
    { location: { file: file.path, line: first } },
  );
}
