/**
 * What reading attributes needs beside the file, and the one interface of its formats.
 */
import type { DataConfig, FEATURE_KINDS } from '../data-config.js';
import type { ReadContext } from '../readers/read-context.js';
import type { SourceFile } from '../readers/text/source-file.js';
import type { Vocabulary } from '../vocabulary.js';
import type { RawFeatures } from './raw-features.js';

export type FeatureSide = 'user' | 'item';
export type FeatureKind = (typeof FEATURE_KINDS)[number];
export type FeatureContext = Pick<ReadContext, 'config' | 'badRows' | 'reporter' | 'notes'>;

/** Reads the rows of `ids`; row r of the result is ids.idOf(r). */
export type FeatureReader = (
  file: SourceFile,
  side: FeatureSide,
  ids: Vocabulary,
  context: FeatureContext,
) => Promise<RawFeatures>;

/** What the configuration says about the id column and the kinds of columns. */
export function featureOptions(
  config: DataConfig,
  side: FeatureSide,
): { readonly id?: string; readonly columns: Readonly<Record<string, FeatureKind>> } {
  const source = side === 'user' ? config.userFeatures : config.itemFeatures;
  return typeof source === 'string' ? { columns: {} } : source;
}
