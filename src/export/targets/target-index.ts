/**
 * The live version of a vector store as the index of a bundle: the store finds the items, the bundle says what they score. It goes
 * on with the version that was live when it was made.
 */
import { ConfigError } from '../../core/errors.js';
import { type TopK, TopKSelector } from '../../core/select-top-k.js';
import { checkSearch, type VectorIndex } from '../../retrieval/vector-index.js';
import type { Bundle } from '../read-bundle.js';
import { PUBLISH_DEFAULTS } from './publish-bundle.js';
import { openTarget } from './registry.js';
import { parseTargetUrl } from './target-url.js';
import type { TargetTable, VectorTarget } from './vector-target.js';

export interface StoreOptions {
  /** `postgres://…` and the like, or `env:NAME` of a variable that holds such a URL. */
  readonly at: string;
  /** What was published under; `twinlight` by default. */
  readonly name?: string;
  /** Candidates that a search looks at, k where that is more. Default as in `publish`. */
  readonly efSearch?: number;
  /** In place of the installed client: what `pg` exports. */
  readonly library?: unknown;
}

/** A connection to a store, to be closed by who opens it. */
export interface OpenStore {
  readonly target: VectorTarget;
  readonly name: string;
  readonly efSearch: number;
}

/** @throws ConfigError `PUBLISH_TARGET`, `PUBLISH_NAME`, `PACKAGE_MISSING` */
export function openStore({
  at,
  name = PUBLISH_DEFAULTS.name,
  efSearch = PUBLISH_DEFAULTS.efSearch,
  library,
}: StoreOptions): OpenStore {
  return { target: openTarget(parseTargetUrl(at, process.env), name, library), name, efSearch };
}

/**
 * @throws ConfigError `TARGET_INDEX` where nothing is live in the store, or what is live is not of the bundle's size and width; what
 * the store throws
 */
export async function indexInStore({ target, name, efSearch }: OpenStore, bundle: Bundle): Promise<TargetIndex> {
  const live = (await target.versions()).find(({ isLive }) => isLive);
  const table = live?.tables.find(({ side }) => side === 'item');
  const place = `under ${name} at ${target.place}`;
  if (!table) throw new ConfigError('TARGET_INDEX', `nothing is live ${place}; publish the bundle there`);
  const [wanted, found] = [
    [bundle.items.size, bundle.manifest.embeddingDim],
    [table.rows, table.embeddingDim],
  ];
  if (wanted.join() === found.join()) return new TargetIndex(target, { table, bundle, efSearch });
  const message = `what is live ${place} has ${found.join(' × ')} numbers, the bundle ${wanted.join(' × ')}; publish the bundle there`;
  throw new ConfigError('TARGET_INDEX', message);
}

/** Items of a search, at most: Milvus refuses more than 16,384, and pgvector finds no more than 1,000. What is beyond was not found. */
const MOST_ASKED = 10_000;

class TargetIndex implements VectorIndex {
  readonly factory: string;
  readonly engine = 'store';
  readonly isExact = false;
  readonly embeddingDim: number;
  readonly size: number;
  readonly idLimit: number;
  readonly efSearch: number;

  constructor(
    private readonly target: VectorTarget,
    private readonly of: { readonly table: TargetTable; readonly bundle: Bundle; readonly efSearch: number },
  ) {
    const { table, efSearch } = of;
    this.factory = target.place;
    this.embeddingDim = table.embeddingDim;
    this.size = table.rows;
    this.idLimit = table.rows;
    this.efSearch = efSearch;
  }

  async search(queries: Float32Array, k: number): Promise<TopK> {
    const { embeddingDim, size } = this;
    const { numQueries, slots } = checkSearch(queries, { k, embeddingDim, size });
    const vectors = Array.from({ length: numQueries }, (_, query) =>
      queries.subarray(query * embeddingDim, (query + 1) * embeddingDim),
    );
    const topK = Math.min(slots, MOST_ASKED);
    const efSearch = Math.max(this.efSearch, topK);
    const found = await this.target.search(this.of.table, vectors, { topK, efSearch });
    const selector = new TopKSelector(numQueries, slots, size);
    for (const [query, ids] of found.entries()) this.score(query, vectors[query], ids, selector);
    return selector.finish();
  }

  /** Ids that the bundle does not have are passed over. */
  private score(query: number, vector: Float32Array, ids: readonly string[], selector: TopKSelector): void {
    const { items, serving } = this.of.bundle;
    const rows = new Set(ids.map((id) => items.indexOf(id)).filter((row) => row !== undefined));
    for (const row of [...rows].sort((a, b) => a - b)) {
      const product = serving.space!.rowOf('item', row).reduce((sum, value, d) => sum + value * vector[d], 0);
      selector.offer(query, Float32Array.of(product), 0, 1, row);
    }
  }
}
