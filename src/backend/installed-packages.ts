/** Whether an optional package is there, without loading it. */
import { createRequire } from 'node:module';

export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
