/**
 * The sum that a bundle's manifest carries of itself, as `manifestHash`: no file's sha256 covers the numbers that stand in the
 * manifest alone, such as `history.weights`. It is of the content (the manifest without that key, as `JSON.stringify` writes it),
 * so blanks and line breaks may change.
 */
import { sha256Of } from '../core/atomic-file.js';
import { DataError } from '../core/errors.js';

interface Sealable {
  readonly manifestHash?: string;
}

export function sealManifest<Manifest extends Sealable>(manifest: Manifest): Manifest & Required<Sealable> {
  return { ...manifest, manifestHash: sumOf(manifest) };
}

/**
 * Bundles of version 0.1 have no seal.
 * @param file what the error names
 * @throws DataError `BUNDLE_MANIFEST` for a manifest that is not the one that was written
 */
export function assertSealed(manifest: Sealable, file: string): void {
  const expected = manifest.manifestHash;
  if (expected === undefined) return;
  const sum = sumOf(manifest);
  if (sum === expected) return;
  const message =
    `changed or damaged after it was written: by its manifestHash the rest has sha256 ${expected}, but it has ${sum}; ` +
    'restore it, or export the run again';
  throw new DataError('BUNDLE_MANIFEST', message, { location: { file } });
}

function sumOf({ manifestHash: _, ...rest }: Sealable): string {
  return sha256Of(JSON.stringify(rest));
}
