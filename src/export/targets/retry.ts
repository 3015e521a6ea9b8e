/** Calls over a connection that may break: what failed in passing is tried again, after pauses that grow. */
import type { Reporter } from '../../core/reporter.js';

/** Milliseconds before the second, third … try. */
export const PAUSES: readonly number[] = Object.freeze([200, 600, 1_800, 5_400]);

export interface Retrying {
  isTransient(error: unknown): boolean;
  readonly pauses: readonly number[];
  readonly reporter: Reporter;
}

/**
 * @param what names the call in the warning
 * @throws what the last try threw
 */
export async function retried<T>(what: string, call: () => Promise<T>, options: Retrying): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === options.pauses.length || !options.isTransient(error)) throw error;
      options.reporter.warn(`${what} failed in passing: try ${attempt + 2} of ${options.pauses.length + 1}`);
      await new Promise((resolve) => setTimeout(resolve, options.pauses[attempt]));
    }
  }
}
