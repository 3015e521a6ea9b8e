/**
 * The blanks around a cell that are no part of it: spaces and tabs and nothing else. Bytes and texts are trimmed by this one
 * rule, so that an id is the same however its row was read; `String.trim` would also take no-break spaces and more.
 */
const SPACE = 32;
const TAB = 9;

/** @param code a byte of UTF-8 or a UTF-16 unit */
export const isBlank = (code: number): boolean => code === SPACE || code === TAB;

/** The text without the blanks around it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
