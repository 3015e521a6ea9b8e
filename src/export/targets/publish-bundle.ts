/** The vectors of a bundle → a vector store (`publish-version.ts`): options, what is read, and what is told. */
import { ConfigError } from '../../core/errors.js';
import { type Reporter, SILENT } from '../../core/reporter.js';
import { type BundleRows, rowsOfBundle } from './bundle-rows.js';
import { payloadOfCatalogue } from './catalogue-payload.js';
import { type Payload, type PayloadOptions, readPayload } from './payload.js';
import { type PublishedVersion, type PublishSettings, publishVersion } from './publish-version.js';
import { assertIds } from './published-ids.js';
import { PAUSES } from './retry.js';
import { parseTargetUrl } from './target-url.js';
import type { GraphIndex } from './vector-target.js';
import { withTarget } from './with-target.js';

export const PUBLISH_DEFAULTS = Object.freeze({
  name: 'twinlight',
  m: 16,
  efConstruction: 200,
  efSearch: 200,
  floor: 0.8,
  keep: 1,
  batchSize: 500,
});

export interface PublishOptions extends Partial<GraphIndex> {
  /** `postgres://…`, or `env:NAME` of a variable that holds such a URL. */
  readonly to: string;
  /** What readers find the live version under; `twinlight` by default. */
  readonly name?: string;
  /** Whether user vectors are published as well. */
  readonly users?: boolean;
  /** Columns beside the item vectors, of what the bundle knows of its items. */
  readonly columns?: readonly string[];
  /** Columns of a table of items, in their place. */
  readonly payload?: PayloadOptions;
  /** Candidates that a search looks at, in the verification: what the readers' setting should be. */
  readonly efSearch?: number;
  /** The least recall against exact search with which a version becomes live, 0 to 1. */
  readonly floor?: number;
  /** Earlier versions that stay, to go back to. */
  readonly keep?: number;
  /** Rows a call. */
  readonly batchSize?: number;
  /** The client library, in place of the installed package: what `pg` exports. */
  readonly library?: unknown;
  /** Milliseconds before each further try over a connection that breaks. */
  readonly pauses?: readonly number[];
  readonly reporter?: Reporter;
}

export interface PublishResult extends PublishedVersion {
  /** Without credentials. */
  readonly place: string;
  readonly name: string;
}

/**
 * One process at a time publishes under a name: unfinished versions of others are removed.
 *
 * @param folder of a bundle
 * @throws ConfigError `PUBLISH_TARGET`, `PUBLISH_NAME`, `PACKAGE_MISSING`, `PUBLISH_TAKEN`, `PUBLISH_OPTION`, `PUBLISH_PAYLOAD`; DataError
 * `PUBLISH_ID`, `PUBLISH_SCHEMA` and what `openBundle` throws of the files; TwinlightError `PUBLISH_RECALL` below the floor,
 * `PUBLISH_FAILED` with what the store said. Whatever is thrown, the live version is the one that was live before, or the new one whole
 */
export async function publishBundle(folder: string, options: PublishOptions): Promise<PublishResult> {
  const asked = { ...PUBLISH_DEFAULTS, users: false, pauses: PAUSES, reporter: SILENT, ...defined(options) };
  refuseOptions(asked);
  const url = parseTargetUrl(options.to, process.env);
  const bundle = rowsOfBundle(folder);
  const payload = await payloadOf(bundle, options, asked.reporter);
  return withTarget(url, asked, async (target) => {
    const sides = asked.users ? (['user', 'item'] as const) : (['item'] as const);
    for (const side of sides) assertIds(bundle[side].ids, side, target);
    const published = await publishVersion(target, { bundle, payload, sides }, asked);
    return { place: target.place, name: asked.name, ...published };
  });
}

async function payloadOf(
  bundle: BundleRows,
  { columns, payload }: PublishOptions,
  reporter: Reporter,
): Promise<Payload | undefined> {
  if (columns !== undefined && payload !== undefined)
    throw new ConfigError(
      'PUBLISH_OPTION',
      'columns and payload: the columns are of the bundle or of a table, give one',
    );
  if (payload !== undefined) return readPayload(bundle.item.ids, payload, reporter);
  return columns && payloadOfCatalogue(bundle.catalogue(), columns);
}

function refuseOptions({ m, efConstruction, efSearch, floor, keep, batchSize }: PublishSettings): void {
  const whole = {
    m: [m, 2],
    efConstruction: [efConstruction, 4],
    efSearch: [efSearch, 1],
    keep: [keep, 0],
    batchSize: [batchSize, 1],
  };
  for (const [option, [value, least]] of Object.entries(whole)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new ConfigError('PUBLISH_OPTION', `${option}: expected a whole number of at least ${least}, got ${value}`);
  }
  if (floor >= 0 && floor <= 1) return;
  throw new ConfigError('PUBLISH_OPTION', `floor: expected a number from 0 to 1, got ${floor}`);
}

/** Without the options that were given as undefined. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
