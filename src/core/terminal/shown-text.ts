/**
 * Text from outside (ids, titles, rows, keys, file names) as a terminal may get it: control characters, which move the cursor, change
 * colours or the title and turn the direction of writing, are written out as in JSON (`\u001b`). Files keep what is in them.
 */

/**
 * C0 and C1 controls and DEL; separators of lines and paragraphs; the marks, embeddings, overrides and isolates of bidirectional
 * text (Unicode Standard Annex 9).
 */
const CONTROL = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Within a line: a cell, a name, an id. */
export function shown(text: string): string {
  return text.replace(CONTROL, (character) => SHORT[character] ?? codeOf(character));
}

/** A text of several lines, whose line ends stay. */
export function shownLines(text: string): string {
  return text.replace(CONTROL, (character) =>
    character === '\n' ? character : (SHORT[character] ?? codeOf(character)),
  );
}

/** JSON that means the same without such characters: JSON.stringify leaves those beyond ASCII as they are. */
export function shownJson(json: string): string {
  return json.replace(CONTROL, (character) => (character === '\n' ? character : codeOf(character)));
}
