/**
 * Which format a file of interactions has, by its content: JSON lines start with `{`, RecBole files have a typed
 * header, LightGCN text has lines of ids of varying length separated by spaces, everything else is CSV.
 */
import { DataError } from '../../core/errors.js';
import type { FormatName } from '../data-config.js';
import { trimBlanks } from './blanks.js';
import { looksLikeHeader } from './column-roles.js';
import { sampleLines } from './csv/csv-dialect.js';
import { parseRecboleHeader } from './recbole-header.js';
import { looksLikeTable } from './table-shape.js';
import type { SourceFile } from './text/source-file.js';

/** @throws DataError `DATA_JSON_ARRAY`, or `DATA_RECBOLE_HEADER` for an `.inter` file without a typed header. */
export function detectFormat(file: SourceFile): FormatName {
  const lines = sampleLines(file);
  const first = lines[0] ?? '';
  if (first.trimStart().startsWith('{')) return 'jsonl';
  if (/^\s*\[\s*(\{|$)/.test(first)) {
    const message = 'expected one JSON object a line, got a JSON array; `jq -c ".[]"` turns one into the other';
    throw new DataError('DATA_JSON_ARRAY', message, { location: { file: file.path, line: 1 } });
  }
  if (parseRecboleHeader(first) || /\.inter(\.gz)?$/.test(file.name)) return 'recbole';
  return isLightgcn(lines) ? 'lightgcn' : 'csv';
}

/**
 * Lines of plain tokens with no other separator. Lines of unequal length are lists, unless nearly all are rows of a table.
 * Lines of equal length are lists only where every line starts with another token: a log of pairs repeats its users.
 */
function isLightgcn(lines: readonly string[]): boolean {
  if (lines.some((line) => /[,;|\t"]/.test(line))) return false;
  const rows = lines.map((line) => trimBlanks(line).split(/ +/));
  if (rows.every((row) => row.length === 1)) return false;
  const namesColumns = rows[0].filter((token) => looksLikeHeader([token], {})).length >= 2;
  if (namesColumns || looksLikeTable(rows)) return false;
  const isUnequal = rows.some((row) => row.length !== rows[0].length);
  const users = new Set(rows.map((row) => row[0]));
  return isUnequal || (users.size === rows.length && rows.every((row) => row.every((token) => /^\d+$/.test(token))));
}
