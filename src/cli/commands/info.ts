/** `twinlight info <graph|run>`: what is in a stored graph or a run. */
import { Command } from 'commander';
import { type CommandContext, type CommandResult, completeCommand } from '../command-line.js';
import { graphText } from '../graph-text.js';
import { targetOf } from '../open-target.js';
import { runText } from '../run-text.js';

export function infoCommand(): Command {
  const command = new Command('info')
    .summary('what is in a graph or a run')
    .description(
      'Counts, degrees, popularity, notes of a stored graph and how much its features know of one another; or model, ' +
        'progress and metrics of a run.',
    )
    .argument('<graph|run>', 'graph folder or run folder, or an id under graphs/ or checkpoints/');
  return completeCommand(
    command,
    [
      ['info graphs/ml-100k_per-user-time_1a2b3c4d', 'size, density, degrees, cold users and items'],
      ['info checkpoints/my-run --json', 'manifest, configuration and report of a run'],
    ],
    info,
  );
}

async function info({ api }: CommandContext, path: string): Promise<CommandResult> {
  const target = targetOf(api, path);
  if (target.kind === 'source') {
    throw new api.ConfigError('NO_SUCH_TARGET', `${path} is neither a graph folder nor a run folder`);
  }
  if (target.kind === 'graph') {
    const description = api.describeGraph(await api.loadGraph(target.folder));
    return { json: { kind: 'graph', ...description }, text: graphText(description) };
  }
  const run = new api.RunFolder(target.folder);
  const { path: folder } = run;
  const description = { folder, manifest: run.readManifest(), config: run.readConfig(), report: run.readReport() };
  return { json: { kind: 'run', ...description }, text: runText(description) };
}
