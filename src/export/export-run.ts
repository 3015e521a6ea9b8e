/**
 * A trained run → a bundle: a folder with everything that a server needs. It is filled under a temporary name, read back,
 * searched and compared with the exact ranking, and only then renamed; a bundle that exists is one that passed.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeFolderAtomic } from '../core/disk/atomic-folder.js';
import { writeNewFile } from '../core/disk/durable-write.js';
import { assertLength, ConfigError } from '../core/errors.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import type { Side } from '../core/side.js';
import { checkEmbeddings } from '../retrieval/embedding-check.js';
import { faissBackend } from '../retrieval/faiss/faiss-backend.js';
import { buildFaissIndex, INDEX_DEFAULTS } from '../retrieval/faiss/faiss-build.js';
import { parseFactory } from '../retrieval/faiss/faiss-factory.js';
import type { HistoryVectors } from '../retrieval/history-vectors.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { ServedTower } from '../retrieval/serving/served-model.js';
import type { VectorIndex } from '../retrieval/vector-index.js';
import type { TrainedRun } from '../runs/trained-run.js';
import { lockBundle, refuseTaken } from './bundle-folder.js';
import { BUNDLE_FILES, BUNDLE_FORMAT_VERSION, type BundleManifest, MANIFEST_FILE } from './bundle-manifest.js';
import { bundleReadme, HOW_TO_QUERY } from './bundle-readme.js';
import { catalogueFacts, writeCatalogue } from './catalogue-file.js';
import { describedFiles } from './described-files.js';
import { historyFacts, writeHistory } from './history-file.js';
import { encodeIdList, ID_ESCAPES } from './id-list.js';
import { clustersOf, DEFAULT_CENTROIDS, hasCentroids, type IndexCentroids } from './index-centroids.js';
import { sealManifest } from './manifest-seal.js';
import { encodeNpy } from './npy.js';
import { writeEmbeddingsParquet } from './parquet.js';
import { popularFacts, writePopular, writeUntrained } from './popular-file.js';
import { seenFacts, writeSeen } from './seen-file.js';
import { towerFacts, writeTower } from './tower-files.js';
import { FURTHER_FORMATS, refuseFormats, type VectorFormat, writeVectorFiles } from './vectors/vector-formats.js';
import { verifyBundle } from './verify-bundle.js';
import type { IndexVerification } from './verify-index.js';
import { verifyTower } from './verify-tower.js';

export interface ExportOptions {
  /** Folder of the bundle; `export` in the run's folder by default. */
  out?: string;
  /** FAISS factory string: `Flat` (default, exact), `IVF64,Flat`, `HNSW32`, `PQ16`, `IVF64,PQ16`. */
  index?: string;
  /** IVF: clusters that a search looks into; the root of their number by default. */
  nprobe?: number;
  /** `IVF<n>,Flat`: what its lists are clusters of, items and users by default; see `index-centroids.ts`. */
  centroids?: IndexCentroids;
  /** HNSW: entries kept while searching; 64 by default. */
  efSearch?: number;
  /** Writes which items users have, so that the bundle leaves them out of answers; default true. */
  seen?: boolean;
  /** Further files of the vectors, beside `items.npy` and `embeddings.parquet`. */
  formats?: readonly VectorFormat[];
  /** Replaces an earlier bundle in `out`; never a folder that holds anything else. */
  overwrite?: boolean;
  reporter?: Reporter;
}

export interface ExportResult {
  /** Folder of the bundle. */
  readonly bundle: string;
  /** Names of the files in it. */
  readonly files: string[];
  readonly verified: IndexVerification;
  readonly manifest: BundleManifest;
}

/**
 * @throws ConfigError for a run without embeddings, an index that cannot be made of them, or a folder that is taken or
 * that another process exports to; TwinlightError `EXPORT_NOT_VERIFIED` when what was written does not come back (nothing is
 * left then)
 */
export async function exportRun(run: TrainedRun, options: ExportOptions = {}): Promise<ExportResult> {
  refuseFormats(options.formats ?? [], FURTHER_FORMATS);
  const embeddings = embeddingsOf(run);
  const folder = options.out ?? join(run.folder, 'export');
  const giveBack = lockBundle(folder);
  try {
    refuseTaken(folder, options.overwrite ?? false);
    const manifest = await writeBundle(folder, run, embeddings, options);
    const files = [...Object.keys(manifest.files), MANIFEST_FILE];
    return { bundle: folder, files, verified: manifest.verified, manifest };
  } finally {
    giveBack();
  }
}

async function writeBundle(
  folder: string,
  run: TrainedRun,
  embeddings: Embeddings,
  {
    reporter = SILENT,
    index = INDEX_DEFAULTS.factory,
    nprobe,
    efSearch,
    centroids: asked,
    seen = true,
    formats = [],
  }: ExportOptions,
): Promise<BundleManifest> {
  for (const warning of checkEmbeddings(embeddings).warnings) reporter.warn(warning);
  const factory = parseFactory(index).text;
  const centroids = asked ?? (hasCentroids(factory) ? DEFAULT_CENTROIDS : undefined);
  const source = { embeddings, prototypes: run.itemPrototypes, factory };
  const towers = await towersOf(run);
  const history = await historyOf(run);
  const indexBytes = await buildFaissIndex(embeddings.items, embeddings.embeddingDim, {
    factory,
    nprobe,
    efSearch,
    clustersOf: centroids && clustersOf(centroids, source),
    reporter,
  });
  const content = { run, embeddings, history, towers, indexBytes, centroids, seen, formats };
  return writeFolderAtomic(folder, (temporary) => fillBundle(temporary, content, reporter), { isLocked: true });
}

/** What a bundle is made of. */
interface BundleContent {
  readonly run: TrainedRun;
  readonly embeddings: Embeddings;
  readonly history: HistoryVectors | undefined;
  readonly towers: readonly (readonly [Side, ServedTower])[];
  /** The FAISS file. */
  readonly indexBytes: Uint8Array;
  /** Whether items that users have are written. */
  readonly seen: boolean;
  /** Of its lists, where it has some that they can be chosen for. */
  readonly centroids: IndexCentroids | undefined;
  /** Beside those of every bundle. */
  readonly formats: readonly VectorFormat[];
}

/** Writes all files, reads them back, and writes the manifest last. */
async function fillBundle(
  folder: string,
  { run, embeddings, history, towers, indexBytes, centroids, seen, formats }: BundleContent,
  reporter: Reporter,
): Promise<BundleManifest> {
  writeNewFile(join(folder, BUNDLE_FILES.index), indexBytes);
  const escaped = await writeTables(folder, run, embeddings, formats);
  if (history) writeHistory(folder, history);
  for (const [side, tower] of towers) writeTower(folder, side, tower);
  const windows = writePopular(folder, run.serving);
  writeUntrained(folder, run.serving);
  const columns = writeCatalogue(folder, run.serving.catalogue());
  if (seen) writeSeen(folder, run.serving);
  const { index, verified } = await verifyBundle(folder, run.graph, embeddings, reporter);
  for (const [side, tower] of towers) verifyTower(folder, side, tower, { run, embeddings });
  const facts = {
    ...factsOf(run, embeddings, { index, centroids }),
    ...(history && { history: historyFacts(history) }),
    ...(towers.length > 0 && {
      towers: Object.fromEntries(towers.map(([side, tower]) => [side, towerFacts(side, tower)])),
    }),
    popular: popularFacts(windows),
    ...(columns.length > 0 && { catalogue: catalogueFacts(columns) }),
    ...(seen && { seen: seenFacts() }),
    idFiles: { encoding: 'utf-8' as const, escapes: ID_ESCAPES, ...escaped },
  };
  writeNewFile(join(folder, BUNDLE_FILES.readme), bundleReadme(facts));
  const content: BundleManifest = { ...facts, howToQuery: HOW_TO_QUERY, verified, files: await describedFiles(folder) };
  const manifest = sealManifest(content);
  writeNewFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function embeddingsOf(run: TrainedRun): Embeddings {
  const { embeddings, manifest, graph } = run;
  if (embeddings === undefined) {
    throw new ConfigError(
      'EXPORT_NO_EMBEDDINGS',
      `run "${manifest.id}" (preset ${manifest.preset}) ranks without vectors, so there is nothing for a vector index; ` +
        'train a preset that has them, e.g.: twinlight train <graph> --preset joint; item-knn has them with ranker.rank',
    );
  }
  assertLength('user embeddings', embeddings.users.length, graph.users.size * embeddings.embeddingDim);
  assertLength('item embeddings', embeddings.items.length, graph.items.size * embeddings.embeddingDim);
  return embeddings;
}

/**
 * Only where it is the whole model, or a tower stands in for the row of a new user: a lightgcn user without its row is for
 * trying out, not for serving.
 */
async function historyOf({ historyVectors, serving }: TrainedRun): Promise<HistoryVectors | undefined> {
  const history = await historyVectors?.();
  return history?.isWholeModel || serving.towers.user ? history : undefined;
}

async function towersOf({ serving: { towers } }: TrainedRun): Promise<(readonly [Side, ServedTower])[]> {
  const made: (readonly [Side, ServedTower])[] = [];
  for (const side of ['item', 'user'] as const) {
    const tower = await towers[side]?.();
    if (tower) made.push([side, tower]);
  }
  return made;
}

async function writeTables(folder: string, run: TrainedRun, embeddings: Embeddings, formats: readonly VectorFormat[]) {
  const { embeddingDim, users, items } = embeddings;
  const ids = { user: run.graph.users.ids, item: run.graph.items.ids };
  const lists = { user: encodeIdList(ids.user), item: encodeIdList(ids.item) };
  writeNewFile(join(folder, BUNDLE_FILES.items), encodeNpy(items, [ids.item.length, embeddingDim]));
  writeNewFile(join(folder, BUNDLE_FILES.users), encodeNpy(users, [ids.user.length, embeddingDim]));
  writeNewFile(join(folder, BUNDLE_FILES.itemIds), lists.item.text);
  writeNewFile(join(folder, BUNDLE_FILES.userIds), lists.user.text);
  const sides = [
    { side: 'item', ids: ids.item, vectors: items },
    { side: 'user', ids: ids.user, vectors: users },
  ] as const;
  await writeEmbeddingsParquet(join(folder, BUNDLE_FILES.parquet), sides, embeddingDim, createdBy());
  await writeVectorFiles(folder, { embeddingDim, sides, createdBy: createdBy() }, formats);
  return { escapedUsers: lists.user.escaped, escapedItems: lists.item.escaped };
}

function factsOf(
  run: TrainedRun,
  embeddings: Embeddings,
  { index, centroids }: { readonly index: VectorIndex; readonly centroids?: IndexCentroids },
) {
  const { manifest, graph } = run;
  const { preset, seed, backend, epochs, bestEpoch, monitor, bestValue, versions } = manifest;
  const library = faissBackend();
  return {
    kind: 'twinlight-bundle' as const,
    formatVersion: BUNDLE_FORMAT_VERSION,
    createdBy: createdBy(),
    model: { preset, run: manifest.id, seed, backend, epochs, bestEpoch, monitor, bestValue, versions },
    graph: { id: manifest.graphId, hash: manifest.graphHash },
    embeddingDim: embeddings.embeddingDim,
    metric: 'inner-product' as const,
    normalized: embeddings.normalized,
    counts: {
      users: graph.users.size,
      items: graph.items.size,
      coldUsers: graph.manifest.counts.coldUsers,
      coldItems: graph.manifest.counts.coldItems,
    },
    index: {
      file: BUNDLE_FILES.index,
      factory: index.factory,
      isExact: index.isExact,
      nprobe: index.nprobe,
      centroids,
      efSearch: index.efSearch,
      ids: `row of ${BUNDLE_FILES.items} and line of ${BUNDLE_FILES.itemIds}, both counted from 0`,
      builtBy: index.isExact ? "twinlight's own writer" : `${library.kind} (FAISS ${library.version ?? 'unknown'})`,
    },
  };
}

function createdBy(): string {
  const { name, version } = createRequire(import.meta.url)('../../package.json') as { name: string; version: string };
  return `${name} ${version}`;
}
