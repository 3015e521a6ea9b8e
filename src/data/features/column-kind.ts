/**
 * What kind of feature a column of texts is, where neither the configuration nor the file says so.
 */
import type { FeatureKind } from './feature-context.js';
import type { RawColumn } from './raw-features.js';

/** Up to so many different values are categories, however few rows there are. */
const ALWAYS_CATEGORIES = 20;
/** A list whose values come up less often than this on average is prose, cut into words. */
const LEAST_USES_OF_A_VALUE = 2;
const TEXT_NAMES = /title|name|description|abstract|summary|comment|url|plot/i;

/**
 * Numbers where every cell is one, lists where the separator occurs, text by its name or where values hardly repeat,
 * categories otherwise. A declared list of words (RecBole's token_seq) is text where its words hardly repeat.
 */
export function inferKind({ name, declared, texts }: RawColumn, separator: string): FeatureKind {
  const filled = texts.filter((text) => text !== '');
  if (declared === 'multi-valued') {
    return TEXT_NAMES.test(name) || isProse(filled, separator) ? 'text' : 'multi-valued';
  }
  if (declared !== undefined) return declared;
  if (TEXT_NAMES.test(name)) return 'text';
  if (filled.length > 0 && filled.every((text) => Number.isFinite(Number(text)))) return 'numeric';
  if (filled.some((text) => text.includes(separator))) return isProse(filled, separator) ? 'text' : 'multi-valued';
  return new Set(filled).size <= Math.max(ALWAYS_CATEGORIES, filled.length / 2) ? 'categorical' : 'text';
}

function isProse(texts: readonly string[], separator: string): boolean {
  const words = texts.flatMap((text) => text.split(separator));
  const distinct = new Set(words).size;
  return distinct > ALWAYS_CATEGORIES && words.length < LEAST_USES_OF_A_VALUE * distinct;
}
