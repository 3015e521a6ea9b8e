/**
 * Attributes from RecBole atomic files (`.user`, `.item`), whose header declares the kinds.
 */
import { type RecboleType, requireRecboleHeader } from '../readers/recbole-header.js';
import { ByteCells } from '../readers/row-cells.js';
import { type FeatureReader, toldVectors } from './feature-context.js';
import { findIdColumn } from './id-column.js';
import { type DeclaredKind, RawFeatureCollector } from './raw-features.js';

const TAB = 9;
/** Between the values of a list. */
export const RECBOLE_SEPARATOR = ' ';
const KINDS: Readonly<Record<RecboleType, DeclaredKind>> = {
  token: 'categorical',
  token_seq: 'multi-valued',
  float: 'numeric',
  float_seq: 'vector',
};

export const readRecboleFeatures: FeatureReader = async (file, side, entities, context) => {
  let collector: RawFeatureCollector | undefined;
  let cells = new ByteCells({ delimiter: TAB, maxCells: 0 });
  await file.forEachLine(context.reporter, (bytes, start, end, line) => {
    if (collector) {
      if (end > start) collector.add(cells.setLine(bytes, start, end), line);
      return;
    }
    const header = requireRecboleHeader(bytes.toString('utf8', start, end), { file: file.path, line: 1 });
    const fields = header.map(({ name, type }) => ({ name, declared: KINDS[type] }));
    const names = header.map(({ name }) => name);
    const form = {
      fields,
      idColumn: findIdColumn(names, file, side, context),
      vectorNames: toldVectors(context.config, side),
      separator: RECBOLE_SEPARATOR,
      file: file.path,
      header: header.map(({ name, type }) => `${name}:${type}`),
    };
    collector = new RawFeatureCollector(form, entities, context.badRows);
    cells = new ByteCells({ delimiter: TAB, maxCells: fields.length });
  });
  return collector!.finish();
};
