/** The place of a bundle: who may write it, and what in it may be replaced. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { placeOf, settledFolder } from '../core/disk/atomic-folder.js';
import { takeLock } from '../core/disk/process-lock.js';
import { ConfigError } from '../core/errors.js';
import { BUNDLE_FILES, type BundleManifest, MANIFEST_FILE, readBundleManifest } from './bundle-manifest.js';

/**
 * Takes the lock of a bundle's place, `.NAME.lock` beside it: the folder itself is replaced as a whole.
 * @returns what gives it back
 * @throws ConfigError `EXPORT_BUSY` while a living process of this machine has it
 */
export function lockBundle(folder: string): () => void {
  const place = placeOf(folder);
  return takeLock({
    file: join(dirname(place), `.${basename(place)}.lock`),
    busy: ({ pid, since }) =>
      new ConfigError(
        'EXPORT_BUSY',
        `process ${pid} has been exporting to "${folder}" since ${since}: wait for it, or choose another folder with --out`,
      ),
  });
}

/**
 * A whole folder is replaced at the end, so it must be ours.
 * @throws ConfigError `EXPORT_TAKEN` for a folder that holds anything but a bundle, or one that may not be replaced
 */
export function refuseTaken(folder: string, overwrite: boolean): void {
  settledFolder(folder);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new ConfigError('EXPORT_TAKEN', `"${folder}" is a file; choose another folder`);
  if (readdirSync(folder).length === 0) return;
  let manifest: BundleManifest | undefined;
  try {
    manifest = readBundleManifest(folder);
  } catch {
    manifest = undefined;
  }
  if (manifest === undefined) {
    throw new ConfigError('EXPORT_TAKEN', `"${folder}" holds something that is not a bundle; choose another folder`);
  }
  const ours: readonly string[] = [...Object.values(BUNDLE_FILES), ...Object.keys(manifest.files), MANIFEST_FILE];
  const others = readdirSync(folder).filter((name) => !ours.includes(name));
  if (others.length > 0) {
    throw new ConfigError(
      'EXPORT_TAKEN',
      `"${folder}" holds more than a bundle, which would be lost (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}); ` +
        'move it away, or choose another folder',
    );
  }
  if (!overwrite) {
    throw new ConfigError(
      'EXPORT_TAKEN',
      `"${folder}" holds a bundle already; replace it with --overwrite (overwrite: true), or choose another folder`,
    );
  }
}
