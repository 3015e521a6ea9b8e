/** `twinlight fuse <run> <run>`: finished runs of one graph as one. */
import { Command, Option } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  finiteNumber,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { runFolderOf } from '../open-target.js';

interface FuseOptions extends CommonOptions, ExtensionOptions {
  readonly out: string;
  readonly weights?: readonly number[];
  readonly similarity?: 'cosine' | 'as-trained';
  readonly serial?: number;
}

export function fuseCommand(): Command {
  const command = new Command('fuse')
    .summary('several runs of one graph as one')
    .description(
      'In parallel (--weights): unit vectors side by side, so that one inner product is the weighted sum of cosines ' +
        '(--similarity as-trained: of inner products for runs that rank by them); the new run evaluates, recommends ' +
        'and exports. In series (--serial): the second run re-ranks the best items of the first; the new run evaluates and recommends as long as both runs stay where they are, but no index can hold it.',
    )
    .argument('<runs...>', 'run folders, or ids under checkpoints/; in series the easy one first')
    .requiredOption('--out <folder>', 'folder of the new run')
    .option('--weights <list>', 'parallel: a positive weight for each run, e.g. 1,0.5', (text: string) =>
      text.split(',').map((part) => finiteNumber(part)),
    )
    .addOption(
      new Option(
        '--similarity <how>',
        'parallel: cosine, or as-trained (runs that rank by inner product keep their lengths)',
      ).choices(['cosine', 'as-trained']),
    )
    .option('--serial <n>', 'serial: so many items of the first run are ordered by the second', wholeNumber(1));
  return completeCommand(
    withExtensions(command),
    [
      ['fuse easy hard --weights 1,0.5 --out checkpoints/fused', 'then: evaluate, recommend, export as ever'],
      ['fuse easy hard --serial 200 --out checkpoints/cascade', 'the hard model orders what the easy one finds'],
    ],
    fuse,
  );
}

async function fuse(
  { api }: CommandContext,
  runs: string[],
  { out, weights, similarity, serial, extension = [] }: FuseOptions,
): Promise<CommandResult> {
  if ((weights === undefined) === (serial === undefined)) {
    throw new api.ConfigError('USAGE_FUSE', 'give either --weights (parallel) or --serial');
  }
  if (similarity !== undefined && !weights) {
    throw new api.ConfigError('USAGE_FUSE', '--similarity goes with --weights: in series the second run alone orders');
  }
  const how = weights ? { weights, similarity } : { serial: serial! };
  const extensions = await api.importExtensions(extension);
  const fused = await api.fuseRuns(runs.map(runFolderOf), out, { ...how, extensions });
  const dim = fused.embeddings?.embeddingDim;
  const text = `run ${fused.folder}${dim === undefined ? ' (ranks without vectors)' : ` (${dim} numbers a vector)`}`;
  return { json: { run: fused.folder, mode: weights ? 'parallel' : 'serial', embeddingDim: dim ?? null }, text };
}
