/** What the parts of the contract share: one store that runs, and what is published to it and read from it. */
import { clientLibrary, missingStore, type StartedStore, startStore } from '../../scripts/target-servers.mjs';
import { SILENT } from '../../src/core/reporter.js';
import { type PublishOptions, type PublishResult, publishBundle } from '../../src/export/targets/publish-bundle.js';
import { openTarget } from '../../src/export/targets/registry.js';
import { retried } from '../../src/export/targets/retry.js';
import { parseTargetUrl } from '../../src/export/targets/target-url.js';
import type { StoredVersion, TargetTable, VectorTarget } from '../../src/export/targets/vector-target.js';
import type { TestBundle } from '../published-bundles.js';
import type { ReadStore, TargetReader } from '../target-readers/target-reader.js';

export const TOP = 10;
/** Tries are quick, since what breaks here is mended at once or never. */
export const PAUSES: readonly number[] = [20, 100, 300];
/** A server that was killed reads its data first. */
const PATIENT: readonly number[] = [100, 300, 1_000, 3_000, 9_000, 27_000];
/** Items of the large bundle. */
export const LARGE = 4_000;

export interface ContractBundles {
  readonly first: TestBundle;
  readonly second: TestBundle;
  readonly large: TestBundle;
}

export class TargetContext {
  readonly isThere: boolean;
  private started:
    | { readonly server: StartedStore; readonly library: unknown; readonly bundles: ContractBundles }
    | undefined;

  constructor(
    readonly row: ReadStore,
    /** A folder. */
    readonly work: string,
  ) {
    this.isThere = missingStore(row.kind) === undefined;
  }

  async start(bundles: ContractBundles): Promise<void> {
    if (this.isThere)
      this.started = { server: await startStore(this.row.kind), library: clientLibrary(this.row.kind), bundles };
  }

  async stop(): Promise<void> {
    await this.started?.server.stop();
  }

  get server(): StartedStore {
    return this.started!.server;
  }

  get library(): unknown {
    return this.started!.library;
  }

  get bundles(): ContractBundles {
    return this.started!.bundles;
  }

  publish(bundle: TestBundle, options: Partial<PublishOptions> = {}): Promise<PublishResult> {
    const asked = { to: this.server.url(), library: this.library, users: true, floor: 0.95, pauses: PAUSES };
    return publishBundle(bundle.folder, { ...asked, ...options });
  }

  reading(name: string, metric: TargetTable['metric'] = 'cosine'): Promise<TargetReader> {
    return this.row.openReader(this.server.url(), name, metric);
  }

  async withStore<T>(name: string, work: (target: VectorTarget) => Promise<T>): Promise<T> {
    const target = openTarget(parseTargetUrl(this.server.url(), {}), name, this.library);
    try {
      return await work(target);
    } finally {
      await target.close();
    }
  }

  /** The versions that are there, as the store has them. */
  versions(name: string): Promise<StoredVersion[]> {
    return this.withStore(name, (target) => {
      const patiently = {
        isTransient: (error: unknown) => target.isTransient(error),
        pauses: PATIENT,
        reporter: SILENT,
      };
      return retried('versions', () => target.versions(), patiently);
    });
  }

  async liveSerials(name: string): Promise<number[]> {
    return (await this.versions(name)).filter(({ isLive }) => isLive).map(({ serial }) => serial);
  }
}
