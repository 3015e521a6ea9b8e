/** `twinlight publish <bundle> --to <target>`: the vectors of a bundle as the live version of a vector store. */
import { Command } from 'commander';
import type { PublishResult } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  finiteNumber,
  names,
  wholeNumber,
} from '../command-line.js';
import { keyValues } from '../table.js';

interface PublishOptions extends CommonOptions {
  readonly to: string;
  readonly name?: string;
  readonly users?: boolean;
  readonly catalogue?: string;
  readonly columns?: string;
  readonly itemId?: string;
  readonly separator?: string;
  readonly m?: number;
  readonly efConstruction?: number;
  readonly efSearch?: number;
  readonly floor?: number;
  readonly keep?: number;
  readonly batchSize?: number;
}

export function publishCommand(): Command {
  const command = new Command('publish')
    .summary('vectors of a bundle into PostgreSQL, Milvus, Redis or LanceDB')
    .description(
      'Loads the item vectors of an exported bundle beside what is live, builds an index, searches it and compares with the exact ' +
        'ranking; then readers see the new version, as a whole. Killed or cut off, what was live stays live, and the same command goes on.',
    )
    .argument('<bundle>', 'folder of a bundle of twinlight export')
    .requiredOption(
      '--to <url>',
      'postgres://…, milvus://host:port, redis://host:port, lancedb:FOLDER, or env:NAME of a variable that holds it',
    )
    .option('--name <name>', 'what readers find it under (default: twinlight)')
    .option('--users', 'user vectors as well')
    .option('--columns <names>', 'columns beside the item vectors, of what the bundle knows of its items')
    .option('--catalogue <file>', 'take --columns out of this table; with kinds: title,year:number,genres:list')
    .option('--item-id <column>', 'column of the item ids in the catalogue; found by its name')
    .option('--separator <text>', 'between the values of lists (default: |)')
    .option('--m <n>', 'HNSW: neighbours a node (default: 16)', wholeNumber(2))
    .option('--ef-construction <n>', 'HNSW: candidates while building (default: 200)', wholeNumber(4))
    .option('--ef-search <n>', 'HNSW: candidates while searching back (default: 200)', wholeNumber(1))
    .option('--floor <share>', 'least recall@20 against exact search to become live (default: 0.8)', finiteNumber)
    .option('--keep <n>', 'earlier versions that stay (default: 1)', wholeNumber(0))
    .option('--batch-size <n>', 'rows a call (default: 500)', wholeNumber(1));
  return completeCommand(
    command,
    [
      ['publish my-run/export --to postgres://user@host/shop --users', 'views twinlight_items and twinlight_users'],
      ['publish bundle --to env:REDIS_URL --columns title,genres', 'with what the bundle knows of its items'],
    ],
    publish,
  );
}

async function publish(
  { api, reporter }: CommandContext,
  bundle: string,
  { catalogue, columns, itemId, separator, json: _, quiet: __, debug: ___, ...options }: PublishOptions,
): Promise<CommandResult> {
  if (catalogue !== undefined && columns === undefined)
    throw new api.ConfigError('USAGE_PUBLISH', '--catalogue: name the columns to publish with --columns');
  const beside =
    columns === undefined
      ? {}
      : catalogue === undefined
        ? { columns: names(columns) }
        : { payload: { file: catalogue, columns: api.parsePayloadColumns(columns), id: itemId, separator } };
  const result = await api.publishBundle(bundle, { ...options, ...beside, reporter });
  return { json: result, text: publishText(result) };
}

function publishText({ place, name, serial, wasLive, tables, pruned, users, topK, recall }: PublishResult): string {
  const rows = tables.map(
    ({ side, rows, from }) =>
      [`${side}s`, `${rows}${from === 0 || wasLive ? '' : `, ${from} of them loaded before`}`] as const,
  );
  const facts = keyValues(
    [
      ...rows,
      [`recall@${topK}`, `${recall.toFixed(4)} against exact search, ${users} users`],
      ['removed', pruned.length > 0 ? `version ${pruned.join(', ')}` : undefined],
    ],
    '  ',
  );
  return `version ${serial} of ${name} ${wasLive ? 'was live already' : 'is live'} at ${place}\n${facts}`;
}
