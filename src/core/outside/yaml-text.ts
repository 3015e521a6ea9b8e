/** YAML from outside as a value: unknown aliases, aliases that multiply and endless nesting are problems of the text. */
import { closeSync, openSync, readSync } from 'node:fs';
import { CST, Lexer, parseDocument } from 'yaml';
import { assertShallow } from './nesting.js';

interface YamlProblem {
  readonly reason: string;
  readonly cause: unknown;
  /** From 1, where the parser knows it. */
  readonly line?: number;
  readonly column?: number;
}

type YamlResult = { readonly value: unknown; readonly problem?: undefined } | { readonly problem: YamlProblem };

/** A long table of events is some ten kilobytes. */
const MAX_BYTES = 2 ** 20;

export function parseYaml(text: string): YamlResult & { readonly value?: unknown } {
  try {
    refuseDeep(text);
    const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
    const [error] = document.errors;
    if (error) {
      const [start] = error.linePos ?? [];
      return { problem: { reason: firstLine(error.message), cause: error, line: start?.line, column: start?.col } };
    }
    const value: unknown = document.toJS();
    assertShallow(value);
    return { value };
  } catch (cause) {
    return { problem: { reason: firstLine((cause as Error).message), cause } };
  }
}

/** Levels of brackets and of indentation; each level of a value may take two, a list in a list item say. */
const MAX_LEVELS = 250;
const FLOW_STEPS: Readonly<Record<string, number>> = {
  'flow-seq-start': 1,
  'flow-map-start': 1,
  'flow-seq-end': -1,
  'flow-map-end': -1,
};
const BEGINS_BLOCK = new Set<string | null>(['seq-item-ind', 'explicit-key-ind', 'scalar', 'single-quoted-scalar']);
BEGINS_BLOCK.add('double-quoted-scalar');

/**
 * Before it is parsed, since the parser recurses: where the stack ends within a regular expression the whole process does.
 * @throws Error
 */
function refuseDeep(text: string): void {
  let flow = 0;
  let column = 0;
  /** Columns at which the blocks begin that are open, ascending. */
  const blocks: number[] = [];
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    flow = Math.max(0, flow + (FLOW_STEPS[type ?? ''] ?? 0));
    if (flow === 0 && BEGINS_BLOCK.has(type)) {
      while (blocks.length > 0 && blocks[blocks.length - 1] >= column) blocks.pop();
      blocks.push(column);
    }
    if (flow + blocks.length > MAX_LEVELS) throw new Error('it is nested too deeply');
    const end = token.lastIndexOf('\n');
    column = end < 0 ? column + token.length : token.length - end - 1;
  }
}

/** A text file or a pipe, of which no more is read than a configuration takes. @throws what reading throws */
export function readBoundedText(path: string): string {
  const file = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let total = 0; ; ) {
      const part = Buffer.alloc(1 << 16);
      const count = readSync(file, part, 0, part.length, null);
      if (count === 0) return Buffer.concat(parts).toString('utf8');
      total += count;
      if (total > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
      parts.push(part.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}

const firstLine = (text: string): string =>
  text
    .split('\n', 1)[0]
    .replace(/:$/, '')
    .replace(/ at line .*$/, '');
