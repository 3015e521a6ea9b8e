/**
 * MovieLens 100K (Harper & Konstan 2015) from GroupLens: downloaded once, checked against the published MD5, and
 * rewritten as typed tables (`.inter`, `.item`, `.user`) that the reader takes with titles and genres.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeText } from '../write-text.js';
import { readZip } from './zip.js';

interface DownloadSettings {
  readonly name: string;
  readonly url: string;
  /** Lower-case hex, as published. */
  readonly md5: string;
  /** Milliseconds for the whole download. Too small fails on a slow line; too large makes an offline start hang. */
  readonly timeoutMs: number;
}

export const MOVIELENS: DownloadSettings = Object.freeze({
  name: 'ml-100k',
  url: 'https://files.grouplens.org/datasets/movielens/ml-100k.zip',
  md5: '0e33842e24a9c977be4e0107933c0723',
  timeoutMs: 15_000,
});

/** Whether `folder` holds the tables. */
export const holdsMovieLens = (folder: string): boolean => existsSync(join(folder, `${MOVIELENS.name}.inter`));

/** Downloads the archive; an Error that says why when it can't be had or is not the published one. */
export async function downloadMovieLens({ url, md5, timeoutMs }: DownloadSettings = MOVIELENS): Promise<Buffer> {
  let archive: Buffer;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    archive = Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    throw new Error(`${url} can't be reached (${reasonOf(cause, timeoutMs)})`, { cause });
  }
  const actual = createHash('md5').update(archive).digest('hex');
  if (actual !== md5) throw new Error(`${url} is not the published file: expected MD5 ${md5}, got ${actual}`);
  return archive;
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Writes the archive's tables into `folder`, which must exist. */
export function writeMovieLensTables(archive: Buffer, folder: string): void {
  const files = readZip(archive);
  const linesOf = (name: string, separator: string): string[][] => {
    const file = files.get(`${MOVIELENS.name}/${name}`);
    if (!file) throw new Error(`the archive has no file ${name}`);
    const lines = file().toString('latin1').split(/\r?\n/);
    return lines.filter((line) => line !== '').map((line) => line.split(separator));
  };
  const genres = linesOf('u.genre', '|').map(([genre]) => genre);
  const write = (extension: string, header: string, rows: readonly string[][]) =>
    writeText(
      join(folder, `${MOVIELENS.name}.${extension}`),
      `${[header, ...rows.map((row) => row.join('\t'))].join('\n')}\n`,
    );

  write(
    'item',
    'item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq',
    linesOf('u.item', '|').map((row) => itemRow(row, genres)),
  );
  write('user', 'user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token', linesOf('u.user', '|'));
  // last: its presence says that the folder is whole
  write('inter', 'user_id:token\titem_id:token\trating:float\ttimestamp:float', linesOf('u.data', '\t'));
}

/** id | title (year) | release date | video date | URL | one 0/1 flag a genre. */
function itemRow([id, titleAndYear, , , , ...flags]: readonly string[], genres: readonly string[]): string[] {
  const [, title, year] = /^(.*?)(?:\s*\((\d{4})\))?\s*$/.exec(titleAndYear) ?? ['', titleAndYear, ''];
  const classes = genres.filter((_, i) => flags[i] === '1').map((genre) => genre.replaceAll(' ', '-'));
  return [id, title, year ?? '', classes.join(' ')];
}
