/**
 * Texts as sub-linear tf-idf (Manning, Raghavan & Schütze 2008, § 6.4.1, with the smoothed idf of scikit-learn):
 *
 *     weight(term, text) = (1 + ln tf) · (1 + ln((1 + N) ÷ (1 + df)))
 *
 * N and df count training texts; every row is scaled to length 1. Terms have a row each (a vocabulary: the most frequent), or
 * share rows by their hash (Weinberger et al. 2009, arXiv 0902.2206, without the sign). Terms that fitting did not see are
 * left out beside known ones.
 */
import { z } from 'zod';
import type { TextColumn } from '../feature-table.js';
import type { EncodedField } from './encoded-field.js';
import { EncodedRows } from './encoded-rows.js';
import { FIELD_DEFAULTS, type FieldOptionsOf } from './field-options.js';
import { murmurHash3 } from './murmur-hash.js';
import { numbers, strings } from './stored-arrays.js';
import { type TermOptions, termsOf } from './text-terms.js';
import { columnsOfValues, FIRST_VALUE, frequentValues } from './value-list.js';

export const textEncoding = z
  .strictObject({
    kind: z.literal('text'),
    name: z.string(),
    words: z.int().min(0),
    characters: z.int().min(0),
    /** Term t has column FIRST_VALUE + t; null where terms are hashed: column FIRST_VALUE + hash mod idf.length. */
    terms: strings.nullable(),
    /** Of each term or hash bucket; 0 for a bucket that fitting did not see, `[numTerms]`. */
    idf: numbers,
  })
  .refine(({ terms, idf }) => terms === null || terms.length === idf.length, 'expected an idf of every term');
type TextEncoding = z.output<typeof textEncoding>;

export function fitText(
  name: string,
  { texts }: TextColumn,
  options: FieldOptionsOf<'text'>,
  fitRows: Int32Array,
): TextEncoding {
  const { words, characters, hashBuckets } = options;
  let numTexts = 0;
  const numbersOf = new Map<string, number>();
  const documents: number[] = [];
  const bucketDocuments = new Int32Array(hashBuckets);
  for (const row of fitRows) {
    const terms = termsOf(texts[row], options);
    if (terms.size === 0) continue;
    numTexts++;
    if (hashBuckets > 0) {
      for (const bucket of new Set(Array.from(terms.keys(), (term) => murmurHash3(term) % hashBuckets))) {
        bucketDocuments[bucket]++;
      }
      continue;
    }
    for (const term of terms.keys()) {
      const number = numbersOf.get(term) ?? numbersOf.size;
      if (number === numbersOf.size) numbersOf.set(term, number);
      documents[number] = (documents[number] ?? 0) + 1;
    }
  }
  const idfOf = (count: number): number => (count === 0 ? 0 : 1 + Math.log((1 + numTexts) / (1 + count)));
  const shared = { kind: 'text', name, words, characters } as const;
  if (hashBuckets > 0) return { ...shared, terms: null, idf: Array.from(bucketDocuments, idfOf) };
  const { minDocuments = FIELD_DEFAULTS.minDocuments, maxValues = FIELD_DEFAULTS.maxTextValues } = options;
  const limits = { minEntities: minDocuments, maxValues };
  const terms = frequentValues([...numbersOf.keys()], Int32Array.from(documents), limits);
  return { ...shared, terms, idf: terms.map((term) => idfOf(documents[numbersOf.get(term)!])) };
}

export function encodeText(encoding: TextEncoding, { texts }: TextColumn): EncodedField {
  const { name, idf } = encoding;
  const columnOf = columnFinder(encoding);
  const rows = new EncodedRows(texts.length);
  for (const text of texts) {
    const counts = termsOf(text, encoding as TermOptions);
    const entries = new Map<number, number>();
    for (const [term, count] of counts) {
      const column = columnOf(term);
      if (column !== undefined && idf[column - FIRST_VALUE] > 0) {
        entries.set(column, (entries.get(column) ?? 0) + count);
      }
    }
    weigh(entries, idf);
    rows.addRow(entries, counts.size > 0);
  }
  return rows.finish(name, FIRST_VALUE + idf.length);
}

function columnFinder({ terms, idf }: TextEncoding): (term: string) => number | undefined {
  if (terms === null) return (term) => FIRST_VALUE + (murmurHash3(term) % idf.length);
  const columns = columnsOfValues(terms);
  return (term) => columns.get(term);
}

/** Counts → tf-idf of length 1, in the order of the columns. */
function weigh(entries: Map<number, number>, idf: readonly number[]): void {
  const columns = [...entries.keys()].sort((a, b) => a - b);
  let squares = 0;
  for (const column of columns) {
    const weight = (1 + Math.log(entries.get(column)!)) * idf[column - FIRST_VALUE];
    entries.set(column, weight);
    squares += weight * weight;
  }
  for (const column of columns) entries.set(column, entries.get(column)! / Math.sqrt(squares));
}
