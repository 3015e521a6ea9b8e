/**
 * The text of a condition as tokens, each with its place, so that every error can point at what it is about.
 *
 *     category in (books, "science fiction") and price < 20
 */
import { ConfigError } from '../../core/errors.js';

export interface ConditionToken {
  /** `word`: a bare name, value or keyword; `text`: one in quotes, which is never a keyword; `sign`: = != < <= > >= ( ) , */
  readonly kind: 'word' | 'text' | 'sign' | 'end';
  /** Without quotes and escapes. */
  readonly text: string;
  /** Character that it begins with, from 1. */
  readonly at: number;
}

/** Longer ones are no condition that somebody wrote. */
const LONGEST = 100_000;
const SPACE = /\s+/y;
const SIGN = /[<>!]=|[=<>(),]/y;
const WORD = /[^\s(),'"=!<>]+/y;
const QUOTED = /(['"])((?:\\[\s\S]|(?!\1)[^\\])*)\1/y;

/** @returns the tokens, `end` last. @throws ConfigError `FILTER_SYNTAX` */
export function conditionTokens(text: string): ConditionToken[] {
  if (text.length > LONGEST) {
    const message = `the condition has ${text.length} characters; ${LONGEST} at most: give many ids as an allow or deny list`;
    throw new ConfigError('FILTER_SYNTAX', message);
  }
  const tokens: ConditionToken[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found) at = form.lastIndex;
    return found;
  };
  while (take(SPACE) || at < text.length) {
    if (at === text.length) break;
    const start = at + 1;
    const quoted = take(QUOTED);
    const bare = quoted ? undefined : (take(SIGN) ?? take(WORD));
    if (quoted) tokens.push({ kind: 'text', text: quoted[2].replace(/\\([\s\S])/g, '$1'), at: start });
    else if (bare) tokens.push({ kind: isSign(bare[0]) ? 'sign' : 'word', text: bare[0], at: start });
    else if (text[at] === '!') throw syntaxError(text, start, 'expected != (or the word not), got !');
    else throw syntaxError(text, start, `the quote ${text[at]} is not closed`);
  }
  return [...tokens, { kind: 'end', text: '', at: text.length + 1 }];
}

const isSign = (text: string): boolean => /^[=!<>(),]/.test(text);

/** Characters of the condition that are shown on either side. */
const SHOWN = 30;

/** An error that points into the condition: `price << 3`, character 8. */
export function syntaxError(text: string, at: number, problem: string, code = 'FILTER_SYNTAX'): ConfigError {
  const first = Math.max(0, at - 1 - SHOWN);
  const last = Math.min(text.length, at - 1 + SHOWN);
  const cut = `${first > 0 ? '…' : ''}${text.slice(first, at - 1)}▸${text.slice(at - 1, last)}${last < text.length ? '…' : ''}`;
  return new ConfigError(code, `condition, character ${at}: ${problem}, in: ${cut}`);
}
