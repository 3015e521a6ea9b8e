/**
 * Attributes from JSON lines; lists become multi-valued cells.
 */

import { DataError } from '../../core/errors.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { cellText, parseObject } from '../readers/jsonl-reader.js';
import { TextCells } from '../readers/row-cells.js';
import type { FeatureReader } from './feature-context.js';
import { findIdColumn } from './id-column.js';
import { RawFeatureCollector } from './raw-features.js';

export const readJsonlFeatures: FeatureReader = async (file, side, ids, context) => {
  const { featureSeparator } = context.config;
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
      collector = new RawFeatureCollector(
        fields,
        findIdColumn(keys, file, side, context),
        ids,
        context.badRows,
        file.path,
      );
    }
    const cells = keys.map((key) => {
      const value = ownValue(row, key);
      return Array.isArray(value) ? value.map(cellText).join(featureSeparator) : cellText(value);
    });
    collector.add(new TextCells(cells), line);
  });
  if (collector) return collector.finish();
  throw new DataError('DATA_EMPTY', 'there is no usable row in it', { location: { file: file.path } });
};
