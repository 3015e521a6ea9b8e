/** A table of answers → its file: whole or not at all, with progress and the time left. */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeStreamAtomic } from '../../core/disk/atomic-stream.js';
import { ConfigError } from '../../core/errors.js';
import type { StreamedTable } from './answer-table.js';
import { formatOfPath, type TableFormatName, tableParts } from './table-formats.js';

export interface AnswerFile {
  /** Path of the file; the end of its name says the format: .csv, .jsonl, .parquet or .tfrecord. */
  readonly out: string;
  /** Replaces a file that is there. */
  readonly overwrite?: boolean;
}

export interface WrittenFile {
  readonly file: string;
  readonly format: TableFormatName;
  readonly bytes: number;
}

/**
 * Before any work is done.
 * @throws ConfigError `OUT_FORMAT`, `OUT_TAKEN`
 */
export function refuseTakenFile({ out, overwrite = false }: AnswerFile): void {
  formatOfPath(out);
  if (!existsSync(out)) return;
  if (!statSync(out).isFile()) throw new ConfigError('OUT_TAKEN', `"${out}" is no file; choose another name`);
  if (overwrite) return;
  throw new ConfigError('OUT_TAKEN', `"${out}" is there already; replace it with --overwrite (overwrite: true)`);
}

export async function writeAnswers({ out }: AnswerFile, table: StreamedTable): Promise<WrittenFile> {
  const format = formatOfPath(out);
  const bytes = await writeStreamAtomic(out, tableParts(format, table, createdBy()));
  return { file: out, format, bytes };
}

function createdBy(): string {
  const { name, version } = createRequire(import.meta.url)('../../../package.json') as {
    name: string;
    version: string;
  };
  return `${name} ${version}`;
}
