export { type RecommendAllOptions, type RecommendAllResult, recommendAll } from './answers/recommend-all.js';
export { type SimilarAllOptions, type SimilarAllResult, similarAll } from './answers/similar-all.js';
export type { WrittenFile } from './answers/write-answers.js';
export { BUNDLE_FILES, type BundleFile, type BundleManifest, readBundleManifest } from './bundle-manifest.js';
export { type ExportOptions, type ExportResult, exportRun } from './export-run.js';
export { decodeIdList, encodeIdList } from './id-list.js';
export { INDEX_CENTROIDS, type IndexCentroids } from './index-centroids.js';
export { decodeNpy, encodeNpy, type NpyArray } from './npy.js';
export { type ParquetSide, writeEmbeddingsParquet } from './parquet.js';
export {
  Bundle,
  type BundleSearchOptions,
  type OpenBundleOptions,
  openBundle,
} from './read-bundle.js';
export { applyDelta, type Delta, type DeltaOptions, type DeltaResult, type DeltaRow } from './targets/apply-delta.js';
export { type PayloadOptions, parsePayloadColumns } from './targets/payload.js';
export { type PublishOptions, type PublishResult, publishBundle } from './targets/publish-bundle.js';
export { type EmbedOptions, type EmbedResult, embedFiles } from './vectors/embed-files.js';
export type { FileCounts } from './vectors/encode-file.js';
export { VECTOR_FORMAT_NAMES, type VectorFormat } from './vectors/vector-formats.js';
export type { IndexVerification, SearchVerification } from './verify-index.js';
