/**
 * Attributes from CSV with a header.
 */
import { detectCsvDialect } from '../readers/csv/csv-dialect.js';
import { forEachCsvRecord } from '../readers/csv/csv-records.js';
import { type FeatureReader, toldVectors } from './feature-context.js';
import { findIdColumn } from './id-column.js';
import { RawFeatureCollector } from './raw-features.js';

/** The separator is always found anew: the file need not be written like the interactions. */
export const readCsvFeatures: FeatureReader = async (file, side, entities, context) => {
  const dialect = detectCsvDialect(file, { ...context.config, delimiter: 'auto', header: true });
  const fields = dialect.names.map((name) => ({ name, declared: undefined }));
  const idColumn = findIdColumn(dialect.names, file, side, context);
  const form = {
    fields,
    idColumn,
    vectorNames: toldVectors(context.config, side),
    separator: context.config.featureSeparator,
    file: file.path,
    header: dialect.names,
  };
  const collector = new RawFeatureCollector(form, entities, context.badRows);
  let isHeader = true;
  await forEachCsvRecord(file, dialect, fields.length, context.reporter, (cells, line) => {
    if (!isHeader) collector.add(cells, line);
    isHeader = false;
  });
  return collector.finish();
};
