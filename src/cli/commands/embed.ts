/** `twinlight embed <run or bundle>`: vectors of new items and users from their features. */
import { Command, InvalidArgumentError } from 'commander';
import type { EmbedResult, FileCounts, Reporter, VectorFormat } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  names,
  withExtensions,
} from '../command-line.js';
import { openServable } from '../open-target.js';
import { keyValues } from '../table.js';

interface EmbedOptions extends CommonOptions, ExtensionOptions {
  readonly items?: string;
  readonly users?: string;
  readonly out: string;
  readonly format: readonly string[];
  readonly itemId?: string;
  readonly userId?: string;
  readonly onBadRow: 'error' | 'skip';
  readonly overwrite?: boolean;
}

export function embedCommand(): Command {
  const command = new Command('embed')
    .summary('vectors of new items and users from their features')
    .description(
      'Reads tables of features (CSV, TSV, JSON lines or RecBole, also gzip), makes a vector of every row by the tower of a run ' +
        'or of an exported bundle, and writes ids and vectors. Rows of items and users that the model has keep its vectors. Says ' +
        'how many rows hold values that training did not see, and which columns are missing.',
    )
    .argument('<model>', 'run folder, its id under checkpoints/, or the folder of a bundle')
    .option('--items <file>', 'table of items')
    .option('--users <file>', 'table of users')
    .requiredOption('--out <folder>', 'folder of the vectors')
    .option(
      '--format <names>',
      'npy, parquet, arrow, csv, jsonl, fvecs, safetensors, word2vec, projector, tfrecord, faiss, with commas between them',
      names,
      ['npy'],
    )
    .option('--item-id <column>', 'column of the item ids; found by its name')
    .option('--user-id <column>', 'column of the user ids; found by its name')
    .option(
      '--on-bad-row <what>',
      'error | skip: stop at a row or cell that makes no sense, or go on without it',
      policy,
      'error',
    )
    .option('--overwrite', 'replace earlier vectors there');
  return completeCommand(
    withExtensions(command),
    [
      ['embed my-run --items new.csv --out new-items', 'items.npy and item_ids.txt in new-items/'],
      ['embed bundle --items new.jsonl --users new.csv --out new --format parquet,faiss', 'both sides, by a bundle'],
    ],
    embed,
  );
}

async function embed(
  { api, reporter }: CommandContext,
  path: string,
  { items, users, out, format, itemId, userId, onBadRow, overwrite, ...options }: EmbedOptions,
): Promise<CommandResult> {
  if (items === undefined && users === undefined)
    throw new api.ConfigError('USAGE_EMBED', 'give --items, --users, or both');
  const { run, bundle } = await openServable(api, path, options, reporter);
  const result = await api.embedFiles(
    bundle ?? run,
    { items, users },
    { out, formats: format as VectorFormat[], itemId, userId, onBadRow, overwrite, reporter },
  );
  for (const side of ['items', 'users'] as const) if (result[side]) warnOf(side, result[side], reporter);
  return { json: result, text: embedText(result) };
}

function warnOf(
  side: string,
  { unseen, unknown, missingColumns, unusedColumns }: FileCounts,
  reporter: Reporter,
): void {
  if (missingColumns.length > 0)
    reporter.warn(`the table of ${side} lacks ${missingColumns.join(', ')}: missing in every row`);
  if (unusedColumns.length > 0)
    reporter.warn(`of the table of ${side} the tower does not read ${unusedColumns.join(', ')}`);
  if (unseen > 0) reporter.warn(`${unseen} new ${side} hold values that training did not see`);
  if (unknown > 0)
    reporter.warn(`${unknown} new ${side} hold nothing that training saw: their vectors say nothing of them`);
}

function embedText({ folder, files, embeddingDim, items, users }: EmbedResult): string {
  const told = (counts: FileCounts | undefined): string | undefined =>
    counts &&
    `${counts.rows} × ${embeddingDim}, ${counts.hot} of them the model’s own, ${counts.rows - counts.hot} from features`;
  const facts = keyValues(
    [
      ['items', told(items)],
      ['users', told(users)],
      ['files', files.join(', ')],
    ],
    '  ',
  );
  return `vectors ${folder}\n${facts}`;
}

function policy(text: string): string {
  if (text === 'error' || text === 'skip') return text;
  throw new InvalidArgumentError('Expected error or skip.');
}
