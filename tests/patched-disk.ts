/** `node:fs` with some functions replaced while something runs in this process: to watch the disk, or to fail it. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

type DiskFunctions = { [Name in keyof typeof fs]?: unknown };

/** @param replace gets the real functions and returns those that stand in their places */
export async function withPatchedDisk<T>(
  replace: (real: typeof fs) => DiskFunctions,
  work: () => Promise<T> | T,
): Promise<T> {
  const real = { ...fs };
  const replaced = replace(real);
  const restored = Object.fromEntries(Object.keys(replaced).map((name) => [name, real[name as keyof typeof fs]]));
  Object.assign(fs, replaced);
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    Object.assign(fs, restored);
    syncBuiltinESMExports();
  }
}

/** An error as the system makes it. */
export function systemError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
