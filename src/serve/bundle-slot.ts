/**
 * A place at which a bundle is served, and the next one after it: `refresh` opens what has come to lie there, tries it, and only then
 * takes it into service. Whoever has begun to answer from the edition before goes on with that. What does not pass is
 * refused, and the present edition stays.
 */
import type { Reporter } from '../core/reporter.js';
import { type OpenStore, openStore, type StoreOptions } from '../export/targets/target-index.js';
import { BatchThread } from './batch-thread.js';
import { type Edition, openEdition, type TryOptions, versionOf } from './edition.js';

interface SlotOptions extends Omit<TryOptions, 'store'> {
  readonly backend: string;
  /** Whether batches have a thread of their own. */
  readonly hasThread: boolean;
  readonly reporter: Reporter;
  /** Where items are found; in the bundle by default. */
  readonly store?: StoreOptions;
}

/** An edition in service. */
interface Serving extends Edition {
  /** Absent where batches share the thread of single requests. */
  readonly thread?: BatchThread;
}

export type Refresh = 'same' | 'taken' | 'refused';

export class BundleSlot {
  reloads = 0;
  refusals = 0;
  /** Why the last one was refused; gone once one was taken. */
  lastRefusal: string | undefined;
  private underway: Promise<Refresh> | undefined;

  private constructor(
    readonly name: string,
    readonly path: string,
    private readonly options: SlotOptions,
    private readonly store: OpenStore | undefined,
    private serving: Serving,
  ) {}

  /** @throws what `openEdition` throws */
  static async open(name: string, path: string, options: SlotOptions): Promise<BundleSlot> {
    const store = options.store && openStore(options.store);
    try {
      return new BundleSlot(name, path, options, store, await startServing(path, options, store));
    } catch (error) {
      await store?.target.close();
      throw error;
    }
  }

  /** For a request to keep while it is answered. */
  get current(): Serving {
    return this.serving;
  }

  /** Looks for another edition, one look at a time. */
  refresh(): Promise<Refresh> {
    this.underway ??= this.look().finally(() => {
      this.underway = undefined;
    });
    return this.underway;
  }

  /** Where nobody waits for an answer any more. A look that goes on is waited for: what it takes into service ends too. */
  async close(): Promise<void> {
    await this.underway;
    await this.serving.thread?.end();
    await this.store?.target.close();
  }

  private async look(): Promise<Refresh> {
    try {
      if ((await versionOf(this.path)) === this.serving.version) return 'same';
      const before = this.serving;
      this.serving = await startServing(this.path, this.options, this.store, before);
      void before.thread?.retire();
      this.reloads++;
      this.lastRefusal = undefined;
      this.options.reporter.info(`${this.name}: version ${this.serving.version.slice(0, 12)} is served now`);
      return 'taken';
    } catch (error) {
      this.refusals++;
      const { message } = error as Error;
      if (message !== this.lastRefusal) {
        this.options.reporter.warn(
          `${this.name}: not taken into service: ${message}; version ${this.serving.version.slice(0, 12)} stays`,
        );
      }
      this.lastRefusal = message;
      return 'refused';
    }
  }
}

async function startServing(path: string, options: SlotOptions, store?: OpenStore, before?: Edition): Promise<Serving> {
  const edition = await openEdition(path, { ...options, store }, before);
  if (!options.hasThread) return edition;
  const { version } = edition;
  // threads are told no functions: theirs is the installed client
  const asked = options.store && { ...options.store, library: undefined };
  return { ...edition, thread: await BatchThread.start({ path, version, backend: options.backend, store: asked }) };
}
