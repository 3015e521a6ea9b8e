/** `twinlight recommend <run> --user ID` or `--history ID,ID`: the best items for a user of the graph, or for a new one. */
import { Command } from 'commander';
import type { Reporter, TrainedRun } from '../../index.js';
import {
  type Api,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  collect,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { openRun } from '../open-target.js';
import { rankedText } from '../ranked-text.js';

interface RecommendOptions extends CommonOptions, ExtensionOptions {
  readonly user?: string;
  readonly history?: readonly string[];
  readonly k: number;
  readonly includeKnown?: boolean;
}

export function recommendCommand(): Command {
  const command = new Command('recommend')
    .summary('the best items for a user, known or new')
    .description(
      'Ranks all items for a user by the model of a run. --user: one of the graph; items of train and validation are left ' +
        'out. --history: a user that training never saw, encoded from the items it had, which are left out. That takes a run ' +
        'whose users are made of items (preset history); a lightgcn encoder hears the items too, and says that the row is ' +
        'missing which its trained users have.',
    )
    .argument('<run>', 'run folder, or its id under checkpoints/')
    .option('--user <id>', 'the user, by the id that the logs use')
    .option(
      '--history <ids>',
      'items of a new user, with commas between them; may be given again; ids that hold commas as a JSON list',
      collect,
    )
    .option('--k <n>', 'number of items', wholeNumber(1), 20)
    .option('--include-known', 'also items that the user has already');
  return completeCommand(
    withExtensions(command),
    [
      ['recommend checkpoints/my-run --user 196', 'twenty items, by title where the item table has titles'],
      ['recommend my-run --user 196 --k 5 --json', '{"user": "196", "items": [{"id": …, "score": …}, …]}'],
      ['recommend my-run --history 50,172,181', 'for somebody who had these three, whoever it is'],
    ],
    recommend,
  );
}

async function recommend(
  { api, reporter }: CommandContext,
  run: string,
  { user, history, ...options }: RecommendOptions,
): Promise<CommandResult> {
  if ((user === undefined) === (history === undefined)) {
    throw new api.ConfigError('USAGE_RECOMMEND', 'give either --user or --history');
  }
  const trained = await openRun(api, run, options);
  if (history)
    return forHistory(
      api,
      trained,
      history.flatMap((text) => idsOf(api, text)),
      options,
      reporter,
    );
  const items = await api.recommendForUser(trained, user!, options);
  const text = items.length > 0 ? rankedText(items, 'score') : `nothing can be recommended to user ${user}`;
  return { json: { user, items }, text };
}

async function forHistory(
  api: Api,
  run: TrainedRun,
  ids: readonly string[],
  options: Pick<RecommendOptions, 'k' | 'includeKnown'>,
  reporter: Reporter,
): Promise<CommandResult> {
  const answer = await api.recommendForHistory(run, ids, options);
  const { items, used, unknown, untrained, isWholeModel } = answer;
  if (unknown.length > 0) reporter.warn(`the graph does not have ${unknown.join(', ')}: left out of the history`);
  if (untrained.length > 0) reporter.warn(`nobody had ${untrained.join(', ')} in training: they say nothing`);
  if (!isWholeModel) {
    reporter.warn(
      'users of this model have rows of their own; a new one is made of its items alone (preset history has no such rows)',
    );
  }
  const json = { history: used, unknown, untrained, isWholeModel, items };
  return { json, text: items.length > 0 ? rankedText(items, 'score') : 'nothing can be recommended from this history' };
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
