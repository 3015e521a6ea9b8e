/** The options that say how logs are read, filtered and split: shorthands for keys of the `data` section. */
import { type Command, InvalidArgumentError } from 'commander';
import type { ConfigObject } from '../index.js';
import { collect, finiteNumber, wholeNumber } from './command-line.js';

export interface DataOptions {
  readonly format?: string;
  readonly columns?: ConfigObject;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly minRating?: number;
  readonly kCore?: number;
  readonly from?: string | number;
  readonly to?: string | number;
  readonly split?: string;
  readonly onBadRow?: string;
  readonly coldItems?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

export function addDataOptions(command: Command): Command {
  return command
    .option('--format <name>', 'lightgcn | recbole | csv | jsonl; seen from the file by default')
    .option('--columns <map>', 'which column is what, by name or number: user=uid,item=2,timestamp=ts', columnMap)
    .option('--delimiter <char>', 'column separator of a CSV file, one character or "tab"', delimiter)
    .option('--no-header', 'the first line of the CSV file is data already')
    .option('--min-rating <number>', 'smallest rating that counts as positive', finiteNumber)
    .option('--k-core <n>', 'leave out users and items with fewer interactions, repeatedly', wholeNumber(0))
    .option('--from <date>', 'first instant kept: an ISO date or seconds since 1970', instant)
    .option('--to <date>', 'first instant no longer kept', instant)
    .option(
      '--split <name>',
      'given | random | leave-one-out | per-user-time | global-time | cold-item | cold-user | warm-cold-item | strong-generalisation; by default given where the files are split, else global-time, else random',
    )
    .option('--on-bad-row <what>', 'error | skip: stop at a row that makes no sense, or skip and count it')
    .option(
      '--cold-items <what>',
      'keep | drop | auto: whether rows of the item table that no interaction names become items; auto where features are chosen',
    )
    .option('--config <file>', 'YAML file of configuration keys')
    .option('--set <key=value>', 'one configuration key, e.g. data.split.testRatio=0.1; may be repeated', collect);
}

/** The `data` keys that were given on the command line, as a layer of configuration; empty when none was. */
export function dataLayer(options: DataOptions): ConfigObject {
  const { format, columns, delimiter, header, minRating, kCore, from, to, split, onBadRow, coldItems } = options;
  const given = {
    format,
    columns,
    delimiter,
    header: header === false ? false : undefined,
    minRating,
    kCore,
    from,
    to,
    split: split && { name: split },
    onBadRow,
    coldItems,
  };
  const data = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return Object.keys(data).length === 0 ? {} : { data };
}

function columnMap(text: string): ConfigObject {
  const entries = text.split(',').map((pair) => {
    const [role, column, ...rest] = pair.split('=').map((part) => part.trim());
    if (!role || !column || rest.length > 0) {
      throw new InvalidArgumentError('Expected role=column pairs with commas between them, e.g. user=uid,item=sku.');
    }
    return [role, /^\d+$/.test(column) ? Number(column) : column] as const;
  });
  return Object.fromEntries(entries);
}

function delimiter(text: string): string {
  const character = text === 'tab' || text === '\\t' ? '\t' : text;
  if (character.length !== 1) throw new InvalidArgumentError('Expected one character, or "tab".');
  return character;
}

function instant(text: string): string | number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
