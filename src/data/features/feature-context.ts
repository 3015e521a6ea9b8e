/**
 * What reading attributes needs beside the file, and the one interface of its formats.
 */
import type { DataConfig } from '../data-config.js';
import type { FieldKind, FieldOptions } from '../fields/field-options.js';
import type { ReadContext } from '../readers/read-context.js';
import type { SourceFile } from '../readers/text/source-file.js';
import type { FeatureEntities } from './feature-entities.js';
import type { RawFeatures } from './raw-features.js';

export type FeatureSide = 'user' | 'item';
export type FeatureContext = Pick<ReadContext, 'config' | 'badRows' | 'reporter' | 'notes'>;

/** Reads the rows of `entities`; row r of the result is that of entity r. */
export type FeatureReader = (
  file: SourceFile,
  side: FeatureSide,
  entities: FeatureEntities,
  context: FeatureContext,
) => Promise<RawFeatures>;

/** What the configuration says a column is: a kind, or its options with it. */
export type ColumnChoice = FieldKind | 'ignore' | FieldOptions;

/** What the configuration says about the id column and the columns of a side. */
export function featureOptions(
  config: DataConfig,
  side: FeatureSide,
): { readonly id?: string; readonly columns: Readonly<Record<string, ColumnChoice>> } {
  const source = side === 'user' ? config.userFeatures : config.itemFeatures;
  return typeof source === 'string' ? { columns: {} } : source;
}

export const kindOfChoice = (choice: ColumnChoice): FieldKind | 'ignore' =>
  typeof choice === 'string' ? choice : choice.kind;

/** The columns that were told to be vectors: their cells are parsed as they are read. */
export function toldVectors(config: DataConfig, side: FeatureSide): ReadonlySet<string> {
  const choices = Object.entries(featureOptions(config, side).columns);
  return new Set(choices.filter(([, choice]) => kindOfChoice(choice) === 'vector').map(([name]) => name));
}
