/** Opens a store, and tells what it says without the credentials in its URL. */
import { TwinlightError } from '../../core/errors.js';
import { openTarget } from './registry.js';
import { type TargetUrl, withoutSecrets } from './target-url.js';
import type { VectorTarget } from './vector-target.js';

/**
 * @param library of the client, in place of the installed package
 * @throws TwinlightError `PUBLISH_FAILED` with what the store said, beside what `work` throws on purpose
 */
export async function withTarget<T>(
  url: TargetUrl,
  { name, library }: { readonly name: string; readonly library?: unknown },
  work: (target: VectorTarget) => Promise<T>,
): Promise<T> {
  let target: VectorTarget | undefined;
  try {
    target = openTarget(url, name, library);
    return await work(target);
  } catch (error) {
    if (error instanceof TwinlightError) throw error;
    const said = withoutSecrets(error instanceof Error ? error.message || error.name : String(error), url);
    throw new TwinlightError('PUBLISH_FAILED', `${url.shown}: ${said.split('\n')[0]}; what was live before still is`);
  } finally {
    await target?.close();
  }
}
