/**
 * The text of a condition → its tree, by recursive descent; `not` binds closest, then `and`, then `or`:
 *
 *     condition = term { or term }
 *     term      = factor { and factor }
 *     factor    = not factor | ( condition ) | test
 *     test      = column [ = value | != value | < value | <= value | > value | >= value
 *                        | [not] in ( value {, value} ) | contains value | contains ( value {, value} )
 *                        | is [not] missing ]
 *
 * Keywords are read in any case. Columns and values that hold blanks or signs, or are keywords, stand in quotes. `!=` and
 * `not in` are the opposites of `=` and `in`, so an item without a value passes them.
 */
import { didYouMean } from '../../core/nearest-name.js';
import type { ColumnTest, Comparison, Condition, ConditionValue } from './condition.js';
import { type ConditionToken, conditionTokens, syntaxError } from './condition-tokens.js';

/** Each takes some frames of the stack. */
const DEEPEST = 200;
const KEYWORDS = new Set(['and', 'or', 'not', 'in', 'contains', 'is', 'missing']);
const COMPARISONS = new Set(['=', '!=', '<', '<=', '>', '>=']);
const TESTS = '=, !=, <, <=, >, >=, in (…), not in (…), contains, is missing';

/**
 * @param columns of the catalogue
 * @throws ConfigError `FILTER_SYNTAX`, `FILTER_COLUMN`, with the place
 */
export function parseCondition(text: string, columns: readonly string[]): Condition {
  return new Parser(text, columns).whole();
}

class Parser {
  private readonly tokens: readonly ConditionToken[];
  private next = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly columns: readonly string[],
  ) {
    this.tokens = conditionTokens(text);
  }

  whole(): Condition {
    const condition = this.condition();
    if (this.token.kind !== 'end') throw this.expected('and, or, or the end');
    return condition;
  }

  private condition(): Condition {
    return this.joined('or', () => this.joined('and', () => this.factor()));
  }

  private joined(word: 'and' | 'or', part: () => Condition): Condition {
    const parts = [part()];
    while (this.takes(word)) parts.push(part());
    return parts.length === 1 ? parts[0] : { kind: word, parts };
  }

  private factor(): Condition {
    if (++this.depth > DEEPEST)
      throw syntaxError(this.text, this.token.at, `more than ${DEEPEST} conditions in one another`);
    const factor = this.unlimitedFactor();
    this.depth--;
    return factor;
  }

  private unlimitedFactor(): Condition {
    if (this.takes('not')) return { kind: 'not', part: this.factor() };
    if (!this.takes('(')) return this.columnTest();
    const inner = this.condition();
    this.needs(')', 'and, or, or )');
    return inner;
  }

  private columnTest(): Condition {
    const { at } = this.token;
    const column = this.column();
    const is = (test: ColumnTest): Condition => ({ kind: 'test', column, test, at });
    const not = (test: ColumnTest): Condition => ({ kind: 'not', part: is(test) });
    const { kind, text } = this.token;
    if (kind === 'sign' && COMPARISONS.has(text)) {
      this.next++;
      const value = this.value(text);
      if (text === '!=') return not({ kind: 'compare', operator: '=', value });
      return is({ kind: 'compare', operator: text as Comparison, value });
    }
    if (this.takes('not')) {
      this.needs('in', 'in');
      return not({ kind: 'in', values: this.list('in') });
    }
    if (this.takes('in')) return is({ kind: 'in', values: this.list('in') });
    if (this.takes('contains')) {
      return is({ kind: 'contains', values: this.is('(') ? this.list('contains') : [this.value('contains')] });
    }
    if (this.takes('is')) {
      const isThere = this.takes('not');
      this.needs('missing', isThere ? 'missing' : 'missing or not missing');
      return isThere ? not({ kind: 'missing' }) : is({ kind: 'missing' });
    }
    const isEnd = kind === 'end' || this.is(')') || this.is('and') || this.is('or');
    if (!isEnd) throw this.expected(`${TESTS}, and, or, or the end after "${column}"`);
    return is({ kind: 'holds' });
  }

  private column(): string {
    const { kind, text, at } = this.token;
    const isName = kind === 'text' || (kind === 'word' && !KEYWORDS.has(text.toLowerCase()));
    if (!isName) throw this.expected(`a column (${this.known()}), not, or (`);
    if (!this.columns.includes(text)) {
      const message = `there is no column "${text}"${didYouMean(text, this.columns)}; ${this.known()}`;
      throw syntaxError(this.text, at, message, 'FILTER_COLUMN');
    }
    this.next++;
    return text;
  }

  private known(): string {
    if (this.columns.length === 0) return 'the catalogue has no columns';
    return `columns are ${this.columns.map((name) => `"${name}"`).join(', ')}`;
  }

  private value(after: string): ConditionValue {
    const { kind, text, at } = this.token;
    const isKeyword = kind === 'word' && KEYWORDS.has(text.toLowerCase());
    if (isKeyword) throw this.expected(`a value after ${after}: a word that means something stands in quotes`);
    if (kind !== 'word' && kind !== 'text') throw this.expected(`a value after ${after}`);
    this.next++;
    return { text, at };
  }

  private list(after: string): ConditionValue[] {
    this.needs('(', `( after ${after}`);
    const values = [this.value('(')];
    while (this.takes(',')) values.push(this.value(','));
    this.needs(')', ', or )');
    return values;
  }

  private get token(): ConditionToken {
    return this.tokens[this.next];
  }

  /** Whether a keyword or a sign is next. */
  private is(word: string): boolean {
    const { kind, text } = this.token;
    return kind === 'sign' ? text === word : kind === 'word' && text.toLowerCase() === word;
  }

  private takes(word: string): boolean {
    const isThere = this.is(word);
    if (isThere) this.next++;
    return isThere;
  }

  private needs(word: string, expected: string): void {
    if (!this.takes(word)) throw this.expected(expected);
  }

  private expected(what: string): Error {
    const { kind, text, at } = this.token;
    return syntaxError(this.text, at, `expected ${what}, got ${kind === 'end' ? 'the end' : JSON.stringify(text)}`);
  }
}
