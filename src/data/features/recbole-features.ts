/**
 * Attributes from RecBole atomic files (`.user`, `.item`), whose header declares the kinds.
 */
import { type RecboleType, requireRecboleHeader } from '../readers/recbole-header.js';
import { ByteCells } from '../readers/row-cells.js';
import type { FeatureReader } from './feature-context.js';
import { findIdColumn } from './id-column.js';
import { type DeclaredKind, RawFeatureCollector } from './raw-features.js';

const TAB = 9;
/** A float_seq is a vector, for which there is no column kind. */
const KINDS: Readonly<Record<RecboleType, DeclaredKind | 'unsupported'>> = {
  token: 'categorical',
  token_seq: 'multi-valued',
  float: 'numeric',
  float_seq: 'unsupported',
};

export const readRecboleFeatures: FeatureReader = async (file, side, ids, context) => {
  let collector: RawFeatureCollector | undefined;
  let cells = new ByteCells({ delimiter: TAB, maxCells: 0 });
  const ignored: string[] = [];
  await file.forEachLine(context.reporter, (bytes, start, end, line) => {
    if (collector) {
      if (end > start) collector.add(cells.setLine(bytes, start, end), line);
      return;
    }
    const header = requireRecboleHeader(bytes.toString('utf8', start, end), { file: file.path, line: 1 });
    const fields = header.map(({ name, type }) => ({ name, declared: KINDS[type] }));
    for (const { name, declared } of fields) if (declared === 'unsupported') ignored.push(name);
    const idColumn = findIdColumn(
      header.map(({ name }) => name),
      file,
      side,
      context,
    );
    collector = new RawFeatureCollector(
      fields.map(({ name, declared }) => ({ name, declared: declared === 'unsupported' ? undefined : declared })),
      idColumn,
      ids,
      context.badRows,
      file.path,
      header.map(({ name, type }) => `${name}:${type}`),
    );
    cells = new ByteCells({ delimiter: TAB, maxCells: fields.length });
  });
  const raw = collector!.finish();
  if (ignored.length > 0) context.notes.push(`${file.name}: float_seq columns are not read: ${ignored.join(', ')}`);
  return { ...raw, columns: raw.columns.filter(({ name }) => !ignored.includes(name)) };
};
