/**
 * The rows of a feature file as they stand there, for whoever knows how to encode them: ids and cells, not yet of any kind. Read by
 * the readers that read a graph's feature tables, so that files are taken for the same.
 */
import type { Reporter } from '../../core/reporter.js';
import { parseDataConfig } from '../data-config.js';
import { BadRows } from '../readers/bad-rows.js';
import { SourceFile } from '../readers/text/source-file.js';
import { Vocabulary } from '../vocabulary.js';
import type { FeatureSide } from './feature-context.js';
import { FeatureEntities } from './feature-entities.js';
import { featureReaderOf } from './read-features.js';

export interface FeatureRowOptions {
  /** Column of the ids; found by its name where absent. */
  readonly id?: string;
  /** Between the values of lists in JSON. */
  readonly separator?: string;
  /** What becomes of a row that makes no sense: the reading stops, or it is left out and counted. Default: error. */
  readonly onBadRow?: 'error' | 'skip';
}

export interface FeatureRows {
  /** In the order of the file. */
  readonly ids: readonly string[];
  /** Line of each row, from 1. */
  readonly lines: readonly number[];
  /** Column → its cells, '' where missing, `[ids.length]`. */
  readonly cells: ReadonlyMap<string, readonly string[]>;
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

/** @throws DataError with file and line */
export async function readFeatureRows(
  path: string,
  side: FeatureSide,
  { id, separator, onBadRow = 'error' }: FeatureRowOptions,
  reporter: Reporter,
): Promise<FeatureRows> {
  const file = new SourceFile(path);
  const config = parseDataConfig({
    onBadRow,
    ...(separator !== undefined && { featureSeparator: separator }),
    ...(id !== undefined && { [`${side}Features`]: { path, id } }),
  });
  const entities = new FeatureEntities(new Vocabulary(), new Vocabulary());
  const badRows = new BadRows(onBadRow);
  const { read } = featureReaderOf(file);
  const { columns, lines, numHeaders } = await read(file, side, entities, { config, badRows, reporter, notes: [] });
  const again = numHeaders > 0 ? [`${numHeaders} rows are the header once more, and were left out`] : [];
  return {
    ids: entities.vocabulary.ids,
    lines,
    cells: new Map(columns.map(({ name, texts }) => [name, texts])),
    notes: [...again, ...badRows.notes()].map((note) => `${file.name}: ${note}`),
  };
}
