/** Ids on the command line: `a,b`, a JSON list where ids hold commas, or `@FILE` with an id a line. */
import { readFileSync } from 'node:fs';
import type { Api } from './command-line.js';

/** @param option its name, for errors. @throws ConfigError `USAGE_IDS` */
export function idsOfOption(api: Api, option: string, text: string): string[] {
  const refuse = (got: string): never => {
    const expected = 'expected ids with commas between them, a JSON list of them, or @FILE with an id a line';
    throw new api.ConfigError('USAGE_IDS', `${option}: ${expected}, got ${got}`);
  };
  const trimmed = text.trim();
  if (trimmed.startsWith('@')) return idsOfFile(trimmed.slice(1), refuse);
  if (!trimmed.startsWith('[')) return withoutBlanks(trimmed.split(','));
  let list: unknown;
  try {
    list = JSON.parse(trimmed);
  } catch {
    return refuse(text);
  }
  const isList = Array.isArray(list) && list.every((id) => typeof id === 'string' || typeof id === 'number');
  return isList ? (list as (string | number)[]).map(String) : refuse(text);
}

function idsOfFile(path: string, refuse: (got: string) => never): string[] {
  try {
    return withoutBlanks(readFileSync(path, 'utf8').split('\n'));
  } catch (error) {
    return refuse(`@${path}: ${(error as Error).message}`);
  }
}

const withoutBlanks = (texts: readonly string[]): string[] => texts.map((id) => id.trim()).filter((id) => id !== '');
