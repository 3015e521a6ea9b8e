/**
 * Header of a RecBole atomic file: `name:type` cells separated by tabs (recbole.io/docs, "Atomic Files").
 */
import { DataError, type FileLocation } from '../../core/errors.js';

const RECBOLE_TYPES = ['token', 'token_seq', 'float', 'float_seq'] as const;
export type RecboleType = (typeof RECBOLE_TYPES)[number];

export interface RecboleField {
  readonly name: string;
  readonly type: RecboleType;
}

/** The fields, or undefined when the line is no such header. */
export function parseRecboleHeader(line: string): RecboleField[] | undefined {
  const fields = line.split('\t').map((cell) => {
    const colon = cell.lastIndexOf(':');
    return { name: cell.slice(0, Math.max(0, colon)), type: cell.slice(colon + 1) as RecboleType };
  });
  const isField = ({ name, type }: RecboleField): boolean => /^[^:,;]+$/.test(name) && RECBOLE_TYPES.includes(type);
  return fields.every(isField) ? fields : undefined;
}

/** @throws DataError `DATA_RECBOLE_HEADER` when the line is no such header. */
export function requireRecboleHeader(line: string, location: FileLocation): RecboleField[] {
  const fields = parseRecboleHeader(line);
  if (fields) return fields;
  const message =
    'expected a RecBole header, tab-separated name:type cells such as "user_id:token" ' +
    `(types ${RECBOLE_TYPES.join(', ')}), got ${JSON.stringify(line.slice(0, 80))}`;
  throw new DataError('DATA_RECBOLE_HEADER', message, { location });
}
