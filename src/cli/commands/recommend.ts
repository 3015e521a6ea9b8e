/** `twinlight recommend <run> --user ID`: the best items for one user. */
import { Command } from 'commander';
import { type CommonOptions, runCommand, wholeNumber, withCommonOptions } from '../command-line.js';
import { runFolderOf } from '../open-target.js';
import { rankedText } from '../ranked-text.js';

interface RecommendOptions extends CommonOptions {
  readonly user: string;
  readonly k: number;
  readonly includeKnown?: boolean;
}

export function recommendCommand(): Command {
  const command = new Command('recommend')
    .summary('the best items for a user')
    .description('Ranks all items for a user by the model of a run. Items of train and validation are left out.')
    .argument('<run>', 'run folder, or its id under checkpoints/')
    .requiredOption('--user <id>', 'the user, by the id that the logs use')
    .option('--k <n>', 'number of items', wholeNumber(1), 20)
    .option('--include-known', 'also items that the user has already');
  return withCommonOptions(command, [
    ['recommend checkpoints/my-run --user 196', 'twenty items, by title where the item table has titles'],
    ['recommend my-run --user 196 --k 5 --json', '{"user": "196", "items": [{"id": …, "score": …}, …]}'],
  ]).action((run: string, options: RecommendOptions) =>
    runCommand(options, async ({ api }) => {
      const { user, k, includeKnown } = options;
      const items = await api.recommendForUser(await api.loadRun(runFolderOf(run)), user, { k, includeKnown });
      const text = items.length > 0 ? rankedText(items, 'score') : `nothing can be recommended to user ${user}`;
      return { json: { user, items }, text };
    }),
  );
}
