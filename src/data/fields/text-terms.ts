/**
 * The terms of a text: runs of its words, and runs of characters within them.
 *
 * Texts are brought to one form (Unicode NFKC, lower case) and cut at the word boundaries of Unicode (UAX #29), Chinese,
 * Japanese, Thai and the like by the dictionaries of `Intl.Segmenter`, whose releases may differ in a rare word. Pieces of
 * ASCII are cut by the same rules in one expression, which is 30 times as fast.
 */

export interface TermOptions {
  /** Longest run of words; 0 is none. */
  readonly words: number;
  /** Length of the runs of characters; 0 is none. */
  readonly characters: number;
}

/** Before runs of characters: no word begins with it. */
const CHARACTERS = '#';
/** The ends of a word in runs of characters; no word holds them. */
const BEGIN = '<';
const END = '>';

/** Term → how often it comes. */
export function termsOf(text: string, { words: longest, characters }: TermOptions): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (term: string): void => {
    counts.set(term, (counts.get(term) ?? 0) + 1);
  };
  const words = wordsOf(text);
  for (const [at, word] of words.entries()) {
    for (let length = 1; length <= longest && at + length <= words.length; length++) {
      count(length === 1 ? word : words.slice(at, at + length).join(' '));
    }
    if (characters > 0) for (const run of runsOf(word, characters)) count(CHARACTERS + run);
  }
  return counts;
}

/** A word shorter than the runs is one. */
function runsOf(word: string, length: number): string[] {
  const characters = Array.from(BEGIN + word + END);
  const runs = Math.max(1, characters.length - length + 1);
  return Array.from({ length: runs }, (_, at) => characters.slice(at, at + length).join(''));
}

const BLANKS = /[ \t\r\n]+/;
const NOT_ASCII = /[^\0-\x7f]/;
/** Letters, digits and _, with . ' between letters and . , ; ' between digits (WB5 … WB13b of UAX #29). */
const ASCII_WORD = /(?:[a-z0-9_]|(?<=[a-z])[.'](?=[a-z])|(?<=[0-9])[.,;'](?=[0-9]))+/g;
/** Underscores alone are no word. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Lower-cased words in their order. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(BLANKS)
    .flatMap((piece) => (NOT_ASCII.test(piece) ? segmentedWords(piece) : (piece.match(ASCII_WORD) ?? [])))
    .filter((word) => LETTER_OR_DIGIT.test(word));
}

/** A fixed language: what a text is cut into must not depend on the machine. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

function segmentedWords(piece: string): string[] {
  return Array.from(segmenter.segment(piece))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}
