/** What a path names, where a file is expected: opening a pipe waits until somebody writes to it. */
import type { Stats } from 'node:fs';

/** `a pipe`, `a folder`, …; undefined for a file. */
export function otherThanFile(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  if (stats.isSymbolicLink()) return 'a link';
  return 'a device';
}
