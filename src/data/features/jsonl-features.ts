/**
 * Attributes from JSON lines; lists become multi-valued cells.
 */

import { DataError } from '../../core/errors.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { cellText, parseObject } from '../readers/jsonl-reader.js';
import { TextCells } from '../readers/row-cells.js';
import { type FeatureReader, toldVectors } from './feature-context.js';
import { findIdColumn } from './id-column.js';
import { RawFeatureCollector } from './raw-features.js';

export const readJsonlFeatures: FeatureReader = async (file, side, entities, context) => {
  const { featureSeparator } = context.config;
  const vectorNames = toldVectors(context.config, side);
  let keys: string[] = [];
  let collector: RawFeatureCollector | undefined;
  await file.forEachLine(context.reporter, (bytes, start, end, line) => {
    const text = bytes.toString('utf8', start, end);
    if (text.trim() === '') return;
    const row = parseObject(text, { file: file.path, line }, context, true);
    if (!row) return;
    if (!collector) {
      keys = Object.keys(row);
      const fields = keys.map((name) => ({ name, declared: undefined }));
      const form = {
        fields,
        idColumn: findIdColumn(keys, file, side, context),
        vectorNames,
        separator: featureSeparator,
        file: file.path,
      };
      collector = new RawFeatureCollector(form, entities, context.badRows);
    }
    const cells = keys.map((key) => {
      const value = ownValue(row, key);
      if (!Array.isArray(value)) return cellText(value);
      return value.map(cellText).join(vectorNames.has(key) ? ' ' : featureSeparator);
    });
    collector.add(new TextCells(cells), line);
  });
  if (collector) return collector.finish();
  throw new DataError('DATA_EMPTY', 'there is no usable row in it', { location: { file: file.path } });
};
