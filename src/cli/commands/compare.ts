/** `twinlight compare <run> <run>`: two runs of one graph, user by user. */
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
import { comparisonText } from '../evaluation-text.js';
import { openRun } from '../open-target.js';

interface CompareOptions extends CommonOptions, ExtensionOptions {
  readonly k?: readonly number[];
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .summary('two runs side by side, with a paired test')
    .description(
      'Evaluates both runs on the test interactions of the same users. The interval is that of the mean difference over ' +
        'users (bootstrap), p is that of a paired t-test; "better" names a run only where the interval leaves out 0.',
    )
    .argument('<runA>', 'run folder, or its id under checkpoints/')
    .argument('<runB>', 'another run of the same graph')
    .option('--k <list>', 'lengths of the lists, e.g. 10,20', wholeNumberList);
  return completeCommand(
    withExtensions(command),
    [
      ['compare checkpoints/two-tower checkpoints/joint', 'is the second better than the first?'],
      ['compare two-tower joint --k 20 --json', 'differences, intervals and p-values for a script'],
    ],
    compare,
  );
}

async function compare(
  { api, reporter }: CommandContext,
  runA: string,
  runB: string,
  { k, extension }: CompareOptions,
): Promise<CommandResult> {
  const a = await openRun(api, runA, { extension });
  const b = await openRun(api, runB, { extension });
  const comparison = await api.compareRuns({ a, b }, { topK: k, reporter });
  const text = `A  ${a.folder}\nB  ${b.folder}\n\n${comparisonText(comparison)}`;
  return { json: { a: a.folder, b: b.folder, ...comparison }, text };
}
