/** `twinlight similar <run or bundle>`: the items nearest to one, known or by its features alone, or tables of all neighbours. */
import { Command, InvalidArgumentError } from 'commander';
import type { Servable, Side, TrainedRun } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { FEATURES_HELP, featuresOf } from '../features-option.js';
import { type FilterOptions, filterOfOptions, filterText, withFilters } from '../filter-options.js';
import { openServable } from '../open-target.js';
import { rankedText } from '../ranked-text.js';
import { similarAllText } from '../written-text.js';

interface SimilarOptions extends CommonOptions, ExtensionOptions, FilterOptions {
  readonly item?: string;
  readonly features?: string;
  readonly all?: boolean;
  readonly of?: Side;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly k: number;
}

export function similarCommand(): Command {
  const command = new Command('similar')
    .summary('the items nearest to an item, or tables of all neighbours')
    .description(
      'The items whose vectors point in the most similar direction (cosine); of an item-knn run, those in its table of neighbours. ' +
        '--features: nearest to an item that the model does not have, which takes a model with a tower of items. --all writes the ' +
        'neighbours of every item, or with --of users of every user, to a file.',
    )
    .argument('<model>', 'run folder, its id under checkpoints/, or the folder of a bundle')
    .option('--item <id>', 'the item, by the id that the logs use')
    .option('--features <pairs>', FEATURES_HELP)
    .option('--all', 'the neighbours of all items, into --out')
    .option('--of <side>', 'with --all: items, or users by users', side)
    .option('--out <file>', 'file of the neighbours: .csv, .jsonl, .parquet or .tfrecord')
    .option('--overwrite', 'replace a file that is there')
    .option('--k <n>', 'number of items', wholeNumber(1), 20);
  return completeCommand(
    withExtensions(withFilters(command)),
    [
      ['similar checkpoints/my-run --item 50', 'twenty items, by title where the item table has titles'],
      ['similar my-run --item 50 --k 5 --json', '{"item": "50", "items": [{"id": …, "score": …}, …]}'],
      ['similar my-run --item 50 --filter "release_year < 1980"', 'older ones alone'],
      [`similar bundle --features '{"title": "Blue moon, red sun", "genre": "drama"}'`, 'like one that is new'],
      ['similar my-run --all --k 50 --out neighbours.parquet', 'item, neighbour, rank and score'],
    ],
    similar,
  );
}

async function similar(
  context: CommandContext,
  path: string,
  { item, k, ...options }: SimilarOptions,
): Promise<CommandResult> {
  const { api, reporter } = context;
  refuseUsage(context, { item, ...options });
  const filter = filterOfOptions(api, options);
  const features = options.features === undefined ? undefined : featuresOf(api, options.features);
  const { run, bundle } = await openServable(api, path, options, reporter);
  const model: Servable = bundle ?? run;
  if (options.all) {
    const { out, overwrite, of } = options;
    const result = await api.similarAll(model, { out: out!, overwrite, of, k, filter, reporter });
    for (const note of result.notes) reporter.warn(note);
    return { json: result, text: similarAllText(result, of ?? 'item', k) };
  }
  if (features !== undefined) {
    const items = await api.similarToFeatures(model, features, { k, filter });
    return { json: { features, items }, text: rankedText(items, 'cosine') };
  }
  const { items, filtered } = await api.similarTo(model, item!, { k, filter });
  const isFiltered = Object.keys(filter).length > 0;
  if (isFiltered) for (const note of filtered.notes) reporter.warn(note);
  const scoreName = run && !run.embeddings ? 'similarity' : 'cosine';
  const list = items.length > 0 ? rankedText(items, scoreName) : nothingLike(item!, model, run, isFiltered);
  const text = isFiltered ? `${filterText(filtered)}\n${list}` : list;
  return { json: { item, ...(isFiltered && { filtered }), items }, text };
}

/** @throws ConfigError `USAGE_SIMILAR` for options that do not go together */
function refuseUsage(
  { api }: CommandContext,
  { item, features, all, of, out, overwrite }: Omit<SimilarOptions, 'k'>,
): void {
  const refuse = (message: string): never => {
    throw new api.ConfigError('USAGE_SIMILAR', message);
  };
  const asked = [item !== undefined, features !== undefined, all === true].filter(Boolean).length;
  if (asked !== 1) refuse('give one of --item, --features and --all');
  if (all && out === undefined) refuse('all neighbours go to a file: give --out, e.g. --out neighbours.parquet');
  const needsAll = [of && '--of', out && '--out', overwrite && '--overwrite'].find(Boolean);
  if (!all && needsAll) refuse(`${needsAll} goes with --all`);
}

function nothingLike(item: string, { serving }: Servable, run: TrainedRun | undefined, isFiltered: boolean): string {
  if (isFiltered) return `nothing that passes is like item ${item}`;
  if (serving.items.size === 1) return `item ${item} is the only item`;
  return `item ${item} has ${run === undefined || run.embeddings ? 'no vector' : 'no neighbours'} yet`;
}

function side(text: string): Side {
  if (text === 'items') return 'item';
  if (text === 'users') return 'user';
  throw new InvalidArgumentError('Expected items or users.');
}
