/** `twinlight recommend <run or bundle>`: the best items for a user, by whatever is known, or for all users into a file. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Fallback, Profile, ProfileOptions, SeenPart, Servable } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  collect,
  completeCommand,
  type ExtensionOptions,
  finiteNumber,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { FEATURES_HELP, featuresOf } from '../features-option.js';
import { type FilterOptions, filterOfOptions, seenParts, withFilters } from '../filter-options.js';
import { idsOfOption } from '../id-list-option.js';
import { openServable } from '../open-target.js';
import { profileText, warnOfProfile } from '../profile-text.js';
import { recommendAllText } from '../written-text.js';

interface RecommendOptions extends CommonOptions, ExtensionOptions, FilterOptions {
  readonly user?: string;
  readonly history?: readonly string[];
  readonly features?: string;
  readonly all?: boolean;
  readonly users?: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly forRanker?: 'vectors' | 'parts';
  readonly k: number;
  readonly includeKnown?: boolean;
  readonly seen?: SeenPart[];
  readonly window?: number;
  /** False for --no-fallback. */
  readonly fallback?: false | readonly Fallback[];
}

export function recommendCommand(): Command {
  const command = new Command('recommend')
    .summary('the best items for a user, known or new, or for all users')
    .description(
      'Ranks all items by the model of a run or of an exported bundle, and says which way the answer came. hot: a --user that ' +
        'training has seen, by its own vector; items of train and validation are left out. warm: a user made of its --history, ' +
        'its --features, or both; the history is left out. A history takes a model whose users are made of items (preset ' +
        'history, rows tower); a lightgcn encoder hears the items too, and says that the row is missing which its trained users ' +
        'have. Features take a tower of users. cold: nothing is known to go by; then the items that most users had, or an error ' +
        'with --no-fallback. --all and --users write the answers for many users to a file.',
    )
    .argument('<model>', 'run folder, its id under checkpoints/, or the folder of a bundle')
    .option('--user <id>', 'the user, by the id that the logs use')
    .option(
      '--history <ids>',
      'items of a new user, with commas between them; may be given again; ids that hold commas as a JSON list',
      collect,
    )
    .option('--features <pairs>', FEATURES_HELP)
    .option('--all', 'all users that the model has, into --out')
    .option('--users <file>', 'the users of a file, into --out: an id a line, or .jsonl with user, history, features')
    .option('--out <file>', 'file of the answers: .csv, .jsonl, .parquet or .tfrecord')
    .option('--overwrite', 'replace a file that is there')
    .addOption(
      new Option(
        '--for-ranker [what]',
        'also what the score is made of: vectors (of user and item), or parts (that it is the sum of)',
      )
        .preset('vectors')
        .argParser(ranker),
    )
    .option('--k <n>', 'number of items', wholeNumber(1), 20)
    .option('--include-known', 'also items that the user has already')
    .option(
      '--seen <parts>',
      'parts whose items are left out: train, validation, test, with commas between them',
      seenParts,
    )
    .option('--window <days>', 'popular items are those of the last so many days of training', positiveNumber)
    .option(
      '--fallback <boards>',
      'what is shown where nothing is known: popular, newest, or either in the last days (popular:7), with commas between ' +
        'them; the first that fills the list, else the one that gives most. Default popular',
      boardsOf,
    )
    .option('--no-fallback', 'where nothing is known, an error in place of popular items; with --all no rows');
  return completeCommand(
    withExtensions(withFilters(command)),
    [
      ['recommend checkpoints/my-run --user 196', 'twenty items, by title where the item table has titles'],
      [
        'recommend my-run --user 196 --k 5 --json',
        '{"route": "hot", "user": "196", "items": [{"id": …, "score": …}, …]}',
      ],
      ['recommend my-run --history 50,172,181', 'for somebody who had these three, whoever it is'],
      ['recommend bundle --features age=25,city=Berlin', 'for somebody of whom this is known, by an exported bundle'],
      ['recommend my-run --window 7', 'for somebody of whom nothing is known'],
      ['recommend my-run --user new --fallback popular:7,popular:30,popular', 'of the last days, if there is enough'],
      [
        'recommend my-run --user 196 --filter "class contains Drama" --max-per release_year=2',
        'dramas, two a year at most',
      ],
      ['recommend my-run --all --k 100 --out recs.parquet', 'user, item, rank, score and route, for all users'],
      ['recommend my-run --all --k 200 --out candidates.parquet --for-ranker', 'with the vectors of both'],
    ],
    recommend,
  );
}

async function recommend(
  context: CommandContext,
  path: string,
  { includeKnown, seen, window, fallback, k, ...options }: RecommendOptions,
): Promise<CommandResult> {
  const { api, reporter } = context;
  refuseUsage(context, { includeKnown, seen, window, fallback, ...options });
  const filter = filterOfOptions(api, options);
  const profile = profileOf(context, options);
  const { run, bundle } = await openServable(api, path, options, reporter);
  const model = bundle ?? run;
  const question = { k, includeKnown, seen, fallback: fallback ?? { windowDays: window }, filter };
  if (options.out === undefined) return recommendOne(context, model, profile, question);
  const { out, users, overwrite, forRanker } = options;
  const result = await api.recommendAll(model, { ...question, out, users, overwrite, forRanker, reporter });
  for (const note of result.notes) reporter.warn(note);
  return { json: result, text: recommendAllText(result, k) };
}

/** @throws ConfigError `USAGE_RECOMMEND` for options that do not go together */
function refuseUsage({ api }: CommandContext, options: Omit<RecommendOptions, 'k'>): void {
  const { user, history, features, all, users, out, forRanker, overwrite, includeKnown, seen, window, fallback } =
    options;
  const isMany = all || users !== undefined;
  const refuse = (message: string): never => {
    throw new api.ConfigError('USAGE_RECOMMEND', message);
  };
  if (all && users !== undefined) refuse('give either --all or --users');
  if (isMany && (user ?? history ?? features) !== undefined) {
    refuse('--user, --history and --features ask for one user; leave them out, or --all and --users');
  }
  if (isMany && out === undefined)
    refuse('the answers for many users go to a file: give --out, e.g. --out recs.parquet');
  const needsMany = [out && '--out', forRanker && '--for-ranker', overwrite && '--overwrite'].find(Boolean);
  if (!isMany && needsMany) refuse(`${needsMany} goes with --all or --users`);
  if (includeKnown && seen) refuse('give either --include-known or --seen');
  if (window !== undefined && fallback !== undefined)
    refuse('--window is short for --fallback popular:DAYS: give one of them');
}

function profileOf({ api }: CommandContext, { user, history, features }: Partial<RecommendOptions>): Profile {
  return {
    user,
    history: history?.flatMap((text) => idsOfOption(api, '--history', text)),
    features: features === undefined ? undefined : featuresOf(api, features),
  };
}

async function recommendOne(
  { api, reporter }: CommandContext,
  model: Servable,
  profile: Profile,
  question: ProfileOptions,
): Promise<CommandResult> {
  const { user, history, features } = profile;
  const answer = await api.recommendForProfile(model, profile, question);
  const likely = answer.isKnownUser === false ? api.didYouMean(user!, model.serving.users.ids) : '';
  warnOfProfile(answer, profile, likely, reporter);
  const { route, items, used, unknown, untrained, columns, unseen, isWholeModel, fallback, filtered } = answer;
  const isFiltered = Object.keys(question.filter ?? {}).length > 0;
  const json = {
    route,
    ...(user !== undefined && { user }),
    ...(history && { history: used, unknown, untrained, isWholeModel }),
    ...(features && { features: columns, unseen }),
    ...(fallback && { fallback: { [fallback.by ?? 'popular']: fallback.windowDays ?? 'training' } }),
    ...((isFiltered || filtered.notes.length > 0) && { filtered }),
    items,
  };
  return { json, text: profileText(answer, profile, isFiltered) };
}

/** `popular:7,newest`. */
function boardsOf(text: string): Fallback[] {
  return text.split(',').map((part) => {
    const [by, days, ...more] = part.trim().split(':');
    if ((by !== 'popular' && by !== 'newest') || more.length > 0) {
      throw new InvalidArgumentError('Expected popular or newest, e.g. popular:7,popular,newest.');
    }
    return { by, ...(days !== undefined && { windowDays: positiveNumber(days) }) };
  });
}

function positiveNumber(text: string): number {
  const value = finiteNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

function ranker(text: string): string {
  if (text === 'vectors' || text === 'parts') return text;
  throw new InvalidArgumentError('Expected vectors or parts.');
}
