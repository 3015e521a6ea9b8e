/** `twinlight compare <run> <run…>`: runs of one graph against the first of them, user by user. */
import { Command } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  wholeNumberList,
  withExtensions,
} from '../command-line.js';
import { comparisonText, severalText } from '../evaluation-text.js';
import { openRun } from '../open-target.js';

interface CompareOptions extends CommonOptions, ExtensionOptions {
  readonly k?: readonly number[];
  readonly task: string;
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .summary('runs side by side, with paired tests')
    .description(
      'Evaluates the runs on the test interactions of the same users. The interval is that of the mean difference over ' +
        'users (bootstrap), p is that of a paired t-test; "better" names a run only where the interval leaves out 0. Of more than two runs each is compared with ' +
        'the first; p is then corrected for the number of comparisons (Holm), and "better" needs it below 0.05 too.',
    )
    .argument('<runA>', 'run folder, or its id under checkpoints/')
    .argument('<others...>', 'further runs of the same graph')
    .option('--k <list>', 'lengths of the lists, e.g. 10,20', wholeNumberList)
    .option(
      '--task <name>',
      'overall | cold | warm | user-cold | strong: which items compete and which pairs count',
      'overall',
    );
  return completeCommand(
    withExtensions(command),
    [
      ['compare checkpoints/two-tower checkpoints/joint', 'is the second better than the first?'],
      ['compare two-tower joint lightgcn --k 20', 'each of the others against two-tower'],
      ['compare two-tower joint --k 20 --json', 'differences, intervals and p-values for a script'],
    ],
    compare,
  );
}

async function compare(
  { api, reporter }: CommandContext,
  runA: string,
  others: readonly string[],
  { k, task: wanted, extension }: CompareOptions,
): Promise<CommandResult> {
  const task = api.TASK_NAMES.find((name) => name === wanted);
  if (task === undefined) {
    throw new api.ConfigError('USAGE_TASK', `--task: expected one of ${api.TASK_NAMES.join(', ')}, got "${wanted}"`);
  }
  const runs = [];
  for (const run of [runA, ...others]) runs.push(await openRun(api, run, { extension }));
  const [a, b] = runs;
  if (runs.length > 2) {
    const compared = await api.compareToFirst(runs, { topK: k, task, reporter });
    return { json: { first: a.folder, others: compared }, text: severalText(a.folder, compared) };
  }
  const comparison = await api.compareRuns({ a, b }, { topK: k, task, reporter });
  const text = `A  ${a.folder}\nB  ${b.folder}\n\n${comparisonText(comparison)}`;
  return { json: { a: a.folder, b: b.folder, ...comparison }, text };
}
