/** Text files of the command line: whole or not at all. */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Writes beside `file` first, so that neither a kill nor a full disk leaves half of it. A device or a pipe is written to as it is. */
export function writeText(file: string, text: string): void {
  const isOther = statSync(file, { throwIfNoEntry: false })?.isFile() === false;
  const part = isOther ? file : `${file}.part`;
  try {
    writeFileSync(part, text);
    if (!isOther) renameSync(part, file);
  } finally {
    if (!isOther) rmSync(part, { force: true });
  }
}
