/** YAML from outside as a value: unknown aliases, aliases that multiply and endless nesting are problems of the text. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { assertShallow } from './nesting.js';

interface YamlProblem {
  readonly reason: string;
  readonly cause: unknown;
  /** From 1, where the parser knows it. */
  readonly line?: number;
  readonly column?: number;
}

type YamlResult = { readonly value: unknown; readonly problem?: undefined } | { readonly problem: YamlProblem };

/** A long table of events is a few hundred kilobytes. */
const MAX_BYTES = 16 * 2 ** 20;

export function parseYaml(text: string): YamlResult & { readonly value?: unknown } {
  try {
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
    // the stack ends where nesting does not
    const reason = cause instanceof RangeError ? 'it is nested too deeply' : firstLine((cause as Error).message);
    return { problem: { reason, cause } };
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
