/** The options of commands whose answers can be filtered, and what they ask for. */
import { type Command, InvalidArgumentError } from 'commander';
import type { FilterReport, ItemFilter, SeenPart } from '../index.js';
import { type Api, collect, finiteNumber } from './command-line.js';
import { idsOfOption } from './id-list-option.js';

export interface FilterOptions {
  readonly filter?: string;
  readonly allow?: string;
  readonly deny?: string;
  readonly maxPer?: readonly string[];
  readonly quota?: readonly string[];
  readonly mmr?: number;
}

export function withFilters(command: Command): Command {
  return command
    .option('--filter <condition>', 'items for which it holds, e.g. "genres contains drama and year >= 1990"')
    .option('--allow <ids>', 'no other items: ids with commas between them, a JSON list, or @FILE with an id a line')
    .option('--deny <ids>', 'not these items, in the same forms')
    .option('--max-per <column=n>', 'at most n items of one value of a column; may be given again', collect)
    .option(
      '--quota <column:value=n>',
      'at least n items of this value, as far as they pass; may be given again',
      collect,
    )
    .option(
      '--mmr <lambda>',
      'diversity: weight of the score against the likeness to what is listed already, 0 to 1',
      share,
    );
}

/** @throws ConfigError `USAGE_IDS`, `USAGE_FILTER` */
export function filterOfOptions(api: Api, { filter, allow, deny, maxPer, quota, mmr }: FilterOptions): ItemFilter {
  return {
    ...(filter !== undefined && { where: filter }),
    ...(allow !== undefined && { allow: idsOfOption(api, '--allow', allow) }),
    ...(deny !== undefined && { deny: idsOfOption(api, '--deny', deny) }),
    ...(maxPer && { maxPer: Object.fromEntries(maxPer.map((text) => limitOf(api, text))) }),
    ...(quota && { quotas: quotasOf(api, quota) }),
    ...(mmr !== undefined && { mmr: { lambda: mmr } }),
  };
}

function limitOf(api: Api, text: string): [string, number] {
  const parts = /^(.+)=(\d+)$/s.exec(text);
  if (parts) return [parts[1], Number(parts[2])];
  throw new api.ConfigError('USAGE_FILTER', `--max-per: expected column=number, e.g. director=1, got ${text}`);
}

function quotasOf(api: Api, texts: readonly string[]): Record<string, Record<string, number>> {
  const quotas: Record<string, Record<string, number>> = {};
  for (const text of texts) {
    const parts = /^([^:]+):(.+)=(\d+)$/s.exec(text);
    if (!parts) {
      const message = `--quota: expected column:value=number, e.g. genres:drama=3, got ${text}`;
      throw new api.ConfigError('USAGE_FILTER', message);
    }
    const [, column, value, least] = parts;
    quotas[column] = { ...quotas[column], [value]: Number(least) };
  }
  return quotas;
}

/** Parts whose items are left out. @throws InvalidArgumentError */
export function seenParts(text: string): SeenPart[] {
  const parts = text.split(',').map((part) => part.trim());
  const isPart = (part: string): part is SeenPart => ['train', 'validation', 'test'].includes(part);
  if (parts.every(isPart)) return parts;
  throw new InvalidArgumentError('Expected train, validation, test, with commas between them.');
}

function share(text: string): number {
  const value = finiteNumber(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1.');
}

/** What could not come, in a line: for answers that were filtered. */
export function filterText({ numItems, passing, leftOut, passedOver }: FilterReport): string {
  const reasons = [
    ['not allowed', leftOut.allow],
    ['denied', leftOut.deny],
    ['fail the condition', leftOut.where],
    ['the user had', leftOut.seen],
  ] as const;
  const told = reasons.filter(([, count]) => count > 0).map(([reason, count]) => `${count} ${reason}`);
  const over = passedOver > 0 ? `; ${passedOver} gave way to the rules of the list` : '';
  return `${passing} of ${numItems} items pass${told.length > 0 ? ` (${told.join(', ')})` : ''}${over}`;
}
