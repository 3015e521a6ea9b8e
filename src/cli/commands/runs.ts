/** `twinlight runs [folder]`: which runs there are, and how good they are. */
import { Command } from 'commander';
import { type CommandContext, type CommandResult, completeCommand } from '../command-line.js';
import { runListText } from '../run-list-text.js';

export function runsCommand(): Command {
  const command = new Command('runs')
    .summary('which runs there are, with their figures')
    .description(
      'Lists the runs in a folder, the one that changed last first: preset, graph, state, epochs, and the metric that chooses ' +
        'the epoch, on validation and on test. A running one is trained by a living process of this machine; an interrupted one ' +
        'goes on with train --run FOLDER --resume.',
    )
    .argument('[folder]', 'folder of runs', 'checkpoints');
  return completeCommand(
    command,
    [
      ['runs', 'those in checkpoints/'],
      ['runs studies/shop/trials --json', 'the trials of a study, for a script'],
    ],
    runs,
  );
}

async function runs({ api }: CommandContext, folder: string): Promise<CommandResult> {
  const list = api.listRuns(folder);
  return { json: { folder, ...list }, text: runListText(folder, list) };
}
