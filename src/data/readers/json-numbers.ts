/**
 * Numbers of a JSON text as the text has them. `JSON.parse` makes doubles of them, which hold no integer above 2^53 and do
 * not tell 1.0 from 1; ids are the file's own characters.
 */

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const OF_NUMBER = /[-+.\deE]*/y;
const BLANK = /\s*/y;

/**
 * The same text with the numbers of the outermost object in quotes, so that they are parsed as texts.
 *
 * @param inLists also those of lists that are values of it
 */
export function withQuotedNumbers(text: string, inLists: boolean): string {
  const pieces: string[] = [];
  let from = 0;
  let depth = 0;
  let isList = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth === 2) isList = code === 0x5b;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOf(OF_NUMBER, text, at);
      const isWanted = depth === 1 || (inLists && depth === 2 && isList);
      // a number in the place of a key is no JSON, and stays for the parser to say so
      if (isWanted && NUMBER.test(text.slice(at, end)) && text[endOf(BLANK, text, end)] !== ':') {
        pieces.push(text.slice(from, at), '"', text.slice(at, end), '"');
        from = end;
      }
      at = end - 1;
    }
  }
  if (pieces.length === 0) return text;
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** Position of the quote that closes the string from `at` on, or the last position. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}
