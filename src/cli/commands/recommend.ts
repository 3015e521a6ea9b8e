/** `twinlight recommend <run or bundle>`: the best items for a user, by whatever is known: an id, a history, features. */
import { Command, InvalidArgumentError } from 'commander';
import type { Profile } from '../../index.js';
import {
  type Api,
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
import { openServable } from '../open-target.js';
import { profileText, warnOfProfile } from '../profile-text.js';

interface RecommendOptions extends CommonOptions, ExtensionOptions {
  readonly user?: string;
  readonly history?: readonly string[];
  readonly features?: string;
  readonly k: number;
  readonly includeKnown?: boolean;
  readonly window?: number;
  readonly fallback: boolean;
}

export function recommendCommand(): Command {
  const command = new Command('recommend')
    .summary('the best items for a user, known or new')
    .description(
      'Ranks all items by the model of a run or of an exported bundle, and says which way the answer came. hot: a --user that ' +
        'training has seen, by its own vector; items of train and validation are left out. warm: a user made of its --history, ' +
        'its --features, or both; the history is left out. A history takes a model whose users are made of items (preset ' +
        'history, rows tower); a lightgcn encoder hears the items too, and says that the row is missing which its trained users ' +
        'have. Features take a tower of users. cold: nothing is known to go by; then the items that most users had, or an error ' +
        'with --no-fallback.',
    )
    .argument('<model>', 'run folder, its id under checkpoints/, or the folder of a bundle')
    .option('--user <id>', 'the user, by the id that the logs use')
    .option(
      '--history <ids>',
      'items of a new user, with commas between them; may be given again; ids that hold commas as a JSON list',
      collect,
    )
    .option('--features <pairs>', FEATURES_HELP)
    .option('--k <n>', 'number of items', wholeNumber(1), 20)
    .option('--include-known', 'also items that the user has already')
    .option('--window <days>', 'popular items are those of the last so many days of training', positiveNumber)
    .option('--no-fallback', 'where nothing is known, an error in place of popular items');
  return completeCommand(
    withExtensions(command),
    [
      ['recommend checkpoints/my-run --user 196', 'twenty items, by title where the item table has titles'],
      [
        'recommend my-run --user 196 --k 5 --json',
        '{"route": "hot", "user": "196", "items": [{"id": …, "score": …}, …]}',
      ],
      ['recommend my-run --history 50,172,181', 'for somebody who had these three, whoever it is'],
      ['recommend bundle --features age=25,city=Berlin', 'for somebody of whom this is known, by an exported bundle'],
      ['recommend my-run --window 7', 'for somebody of whom nothing is known'],
    ],
    recommend,
  );
}

async function recommend(
  { api, reporter }: CommandContext,
  path: string,
  { user, history: texts, features: pairs, k, includeKnown, window, fallback, ...options }: RecommendOptions,
): Promise<CommandResult> {
  const history = texts?.flatMap((text) => idsOf(api, text));
  const features = pairs === undefined ? undefined : featuresOf(api, pairs);
  const { run, bundle } = await openServable(api, path, options, reporter);
  const model = bundle ?? run;
  const profile: Profile = { user, history, features };
  const answer = await api.recommendForProfile(model, profile, {
    k,
    includeKnown,
    fallback: fallback && { windowDays: window },
  });
  const likely = answer.isKnownUser === false ? api.didYouMean(user!, model.serving.users.ids) : '';
  warnOfProfile(answer, profile, likely, reporter);
  const { route, items, used, unknown, untrained, columns, unseen, isWholeModel } = answer;
  const json = {
    route,
    ...(user !== undefined && { user }),
    ...(history && { history: used, unknown, untrained, isWholeModel }),
    ...(features && { features: columns, unseen }),
    ...(answer.fallback && { fallback: { popular: answer.fallback.windowDays ?? 'training' } }),
    items,
  };
  return { json, text: profileText(answer, profile) };
}

/** `a,b` or `["a", "b"]`. */
function idsOf(api: Api, text: string): string[] {
  if (!text.trimStart().startsWith('['))
    return text
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
  const refuse = (): never => {
    throw new api.ConfigError(
      'USAGE_HISTORY',
      `--history: expected item ids with commas between them or a JSON list of them, got ${text}`,
    );
  };
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((id) => typeof id === 'string' || typeof id === 'number')
      ? list.map(String)
      : refuse();
  } catch {
    return refuse();
  }
}

function positiveNumber(text: string): number {
  const value = finiteNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}
