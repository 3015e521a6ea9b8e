/**
 * What kind of feature a column of texts is, where neither the configuration nor the file says so.
 */
import { secondsOfInstant } from '../fields/feature-cells.js';
import type { FieldKind } from '../fields/field-options.js';
import { vectorOf } from '../fields/vector-rows.js';
import { LEAST_DATE, secondsOfIsoDate } from '../readers/timestamp-parser.js';
import type { RawColumn } from './raw-features.js';

/** Up to so many different values are categories, however few rows there are. */
const ALWAYS_CATEGORIES = 20;
/** A list whose values come up less often than this on average is prose, cut into words. */
const LEAST_USES_OF_A_VALUE = 2;
const TEXT_NAMES = /title|name|description|abstract|summary|comment|url|plot/i;
const TIME_NAMES = /time|date|_at$|created|added|published|released/i;

/**
 * Vectors where every cell is a list of as many numbers, not all of them whole; times where every one is an ISO date, or a
 * number that can be an instant under a name that says so; numbers where every cell is one, lists where the separator
 * occurs, text by its name or where values hardly repeat, categories otherwise. A declared list of words (RecBole's token_seq)
 * is text where its words hardly repeat.
 *
 * @returns undefined for what is declared to be vectors and is not
 */
export function inferKind({ name, declared, texts }: RawColumn, separator: string): FieldKind | undefined {
  const filled = texts.filter((text) => text !== '');
  if (declared === 'multi-valued') {
    return TEXT_NAMES.test(name) || isProse(filled, separator) ? 'text' : 'multi-valued';
  }
  if (declared === 'vector') return areVectors(filled, separator) ? 'vector' : undefined;
  if (declared !== undefined) return declared;
  if (areFractions(filled, separator)) return 'vector';
  if (TEXT_NAMES.test(name)) return 'text';
  if (filled.length > 0 && filled.every((text) => Number.isFinite(Number(text)))) {
    return TIME_NAMES.test(name) && filled.every(isInstant) ? 'time' : 'numeric';
  }
  if (filled.length > 0 && filled.every((text) => Number.isFinite(secondsOfIsoDate(text)))) return 'time';
  if (filled.some((text) => text.includes(separator))) return isProse(filled, separator) ? 'text' : 'multi-valued';
  return new Set(filled).size <= Math.max(ALWAYS_CATEGORIES, filled.length / 2) ? 'categorical' : 'text';
}

const isInstant = (text: string): boolean =>
  Math.abs(Number(text)) >= LEAST_DATE && Number.isFinite(secondsOfInstant(text));

/** Whole numbers alone are more likely the ids of something. */
function areFractions(texts: readonly string[], separator: string): boolean {
  const isList = (text: string): boolean => text.startsWith('[') || text.includes(separator);
  return (
    texts.length > 0 && texts.every(isList) && areVectors(texts, separator) && texts.some((text) => text.includes('.'))
  );
}

function areVectors(texts: readonly string[], separator: string): boolean {
  const length = texts.length > 0 ? vectorOf(texts[0], separator)?.length : undefined;
  if (length === undefined || length < 2) return false;
  return texts.every((text) => vectorOf(text, separator)?.length === length);
}

function isProse(texts: readonly string[], separator: string): boolean {
  const words = texts.flatMap((text) => text.split(separator));
  const distinct = new Set(words).size;
  return distinct > ALWAYS_CATEGORIES && words.length < LEAST_USES_OF_A_VALUE * distinct;
}
