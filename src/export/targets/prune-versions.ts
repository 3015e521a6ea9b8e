/** Removes the versions of a store that are neither live nor among those that stay. */
import type { Reporter } from '../../core/reporter.js';
import type { StoredVersion, VectorTarget } from './vector-target.js';

/**
 * Keeps the last `keep` that were published; what else is there was never finished.
 * @param others than the live one
 * @returns serials of those that were removed
 */
export async function pruneVersions(
  target: VectorTarget,
  others: readonly StoredVersion[],
  { keep, reporter }: { readonly keep: number; readonly reporter: Reporter },
  again: <T>(what: string, call: () => Promise<T>) => Promise<T>,
): Promise<number[]> {
  const published = others.filter(({ state }) => state === 'published').map(({ serial }) => serial);
  const kept = new Set(published.sort((a, b) => a - b).slice(published.length - Math.min(keep, published.length)));
  const pruned: number[] = [];
  for (const version of others) {
    if (kept.has(version.serial)) continue;
    try {
      const { isLive, ...record } = version;
      // killed in the middle of this, it is a version to be loaded, not one to go back to
      await again('recording the version', () => target.record({ ...record, state: 'loading' }));
      await again('removing an old version', () => target.drop(record));
      pruned.push(version.serial);
    } catch (error) {
      // the new version is live: what can't be removed now is at the next publish
      reporter.warn(`version ${version.serial} could not be removed: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return pruned;
}
