/** `twinlight evaluate <run>`: metrics over held-out interactions, every item ranked. */
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
import { evaluationText, geometryText } from '../evaluation-text.js';
import { openRun, warnOfUnfinished } from '../open-target.js';

interface EvaluateOptions extends CommonOptions, ExtensionOptions {
  readonly k?: readonly number[];
  readonly split: string;
  readonly meanRank?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .summary('metrics of a run on held-out interactions')
    .description(
      'Ranks every item for every user with held-out interactions, but for what the user has in train (for test also in ' +
        'validation). Shows means with 95 % bootstrap intervals over users, and groups of items and users. Where cold items or ' +
        'users have held-out interactions, also the tasks cold, warm, user-cold and strong, each with its own candidates.',
    )
    .argument('<run>', 'run folder, or its id under checkpoints/')
    .option('--k <list>', 'lengths of the lists, e.g. 10,20; by default as configured', wholeNumberList)
    .option('--split <name>', 'valid | test', 'test')
    .option('--mean-rank', 'also the mean rank of the held-out items among all items (about twice the time)');
  return completeCommand(
    withExtensions(command),
    [
      ['evaluate checkpoints/my-run', 'the test figures'],
      ['evaluate my-run --k 10,20,100 --split valid --json', 'validation figures for a script'],
    ],
    evaluate,
  );
}

async function evaluate(
  { api, reporter }: CommandContext,
  run: string,
  { k, split, meanRank, extension }: EvaluateOptions,
): Promise<CommandResult> {
  if (split !== 'valid' && split !== 'test') {
    throw new api.ConfigError('USAGE_SPLIT', `--split: expected valid or test, got "${split}"`);
  }
  const trained = await openRun(api, run, { extension });
  warnOfUnfinished(trained, reporter);
  const report = await api.evaluateRun(trained, {
    part: split,
    topK: k,
    metrics: meanRank ? api.METRIC_NAMES : undefined,
    reporter,
  });
  const intervals = api.metricIntervals(report);
  const geometry = await api.geometryOfRun(trained);
  return {
    json: { run: trained.folder, ...api.summary(report), intervals, ...(geometry && { geometry }) },
    text: [evaluationText(report, intervals), ...(geometry ? [geometryText(geometry)] : [])].join('\n\n'),
  };
}
