/** `twinlight quickstart [folder]`: the main job from end to end, on a real data set where one can be had. */
import { Command } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  collect,
  completeCommand,
} from '../command-line.js';
import { abortOnSignals } from '../interruption.js';
import { runQuickstart } from '../quickstart/run-quickstart.js';

interface QuickstartOptions extends CommonOptions {
  readonly set?: readonly string[];
}

export function quickstartCommand(): Command {
  const command = new Command('quickstart')
    .summary('everything once, on MovieLens 100K or a folder of yours')
    .description(
      'Builds a graph, trains two-tower and joint beside two baselines, compares them, exports a FAISS bundle and shows ' +
        'recommendations. Takes MovieLens 100K from TWINLIGHT_DATA, or downloads it; without a network, a made-up world.',
    )
    .argument('[source]', 'file or folder with logs of your own')
    .option('--set <key=value>', 'one configuration key for data and models; may be repeated', collect);
  return completeCommand(
    command,
    [
      ['quickstart', 'some minutes on two cores'],
      ['quickstart my-logs.csv --set training.epochs=5', 'the same on your own data'],
    ],
    quickstart,
  );
}

async function quickstart(
  context: CommandContext,
  path: string | undefined,
  { set }: QuickstartOptions,
): Promise<CommandResult> {
  const { signal, exitCode, release } = abortOnSignals(context.reporter);
  try {
    const result = await runQuickstart(context, { path, set, signal });
    return signal.aborted ? { ...result, exitCode: exitCode() } : result;
  } finally {
    release();
  }
}
