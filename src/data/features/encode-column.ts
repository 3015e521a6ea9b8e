/**
 * A column of texts → typed column. Values are numbered in the order of first use.
 */
import type { FeatureColumn } from '../feature-table.js';
import { trimBlanks } from '../readers/blanks.js';
import { Vocabulary } from '../vocabulary.js';
import type { FeatureKind } from './feature-context.js';

/**
 * @param texts '' where missing, `[numRows]`
 * @param onBadNumber told of a cell of a numeric column that is no number; it counts as missing
 */
export function encodeColumn(
  texts: readonly string[],
  kind: Exclude<FeatureKind, 'ignore'>,
  separator: string,
  onBadNumber: (text: string) => void = () => {},
): FeatureColumn {
  switch (kind) {
    case 'text':
      return { kind, texts };
    case 'numeric':
      return { kind, numbers: Float64Array.from(texts, (text) => toNumber(text, onBadNumber)) };
    case 'categorical': {
      const values = new Vocabulary();
      const codes = Int32Array.from(texts, (text) => (text === '' ? -1 : values.add(text)));
      return { kind, codes, values: values.ids };
    }
    case 'multi-valued': {
      const values = new Vocabulary();
      const offsets = new Int32Array(texts.length + 1);
      const codes: number[] = [];
      for (const [row, text] of texts.entries()) {
        for (const value of new Set(text.split(separator).map((part) => trimBlanks(part)))) {
          if (value !== '') codes.push(values.add(value));
        }
        offsets[row + 1] = codes.length;
      }
      return { kind, offsets, codes: Int32Array.from(codes), values: values.ids };
    }
  }
}

function toNumber(text: string, onBadNumber: (text: string) => void): number {
  if (text === '') return Number.NaN;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  onBadNumber(text);
  return Number.NaN;
}
