/** `twinlight fuse <run> <run>`: finished runs of one graph as one, and one run with fewer numbers a vector. */
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
import { runFolderOf, servedFolderOf } from '../open-target.js';

interface FuseOptions extends CommonOptions, ExtensionOptions {
  readonly out: string;
  readonly weights?: readonly number[];
  readonly similarity?: 'cosine' | 'as-trained';
  readonly serial?: number;
  readonly dim?: number;
}

export function fuseCommand(): Command {
  const command = new Command('fuse')
    .summary('several runs of one graph as one')
    .description(
      'In parallel (--weights): vectors side by side, so that one inner product is the weighted sum of what each run ranks by, ' +
        'cosines or inner products (--similarity cosine: of all by cosine); the new run evaluates, recommends ' +
        'and exports. In series (--serial): the second run re-ranks the best items of the first; the new run evaluates and recommends as long as both runs stay where they are, but no index can hold it. With --dim the vectors are cut back to so many numbers, those that keep all inner products best; one run is then enough.',
    )
    .argument('<runs...>', 'run folders, or ids under checkpoints/; in series the easy one first')
    .requiredOption('--out <folder>', 'folder of the new run')
    .option('--weights <list>', 'parallel: a positive weight for each run, e.g. 1,0.5', (text: string) =>
      text.split(',').map((part) => finiteNumber(part)),
    )
    .addOption(
      new Option(
        '--similarity <how>',
        'parallel: as-trained (default; runs that rank by inner product keep their lengths), or cosine',
      ).choices(['cosine', 'as-trained']),
    )
    .option('--serial <n>', 'serial: so many items of the first run are ordered by the second', wholeNumber(1))
    .option('--dim <n>', 'parallel: cut the vectors back to so many numbers', wholeNumber(1));
  return completeCommand(
    withExtensions(command),
    [
      ['fuse easy hard --weights 1,0.5 --out checkpoints/fused', 'then: evaluate, recommend, export as ever'],
      ['fuse wide --dim 64 --out checkpoints/narrow', 'one run, with fewer numbers a vector'],
      ['fuse easy hard --serial 200 --out checkpoints/cascade', 'the hard model orders what the easy one finds'],
    ],
    fuse,
  );
}

async function fuse(
  { api, reporter }: CommandContext,
  runs: string[],
  { out, weights: given, similarity, serial, dim, extension = [] }: FuseOptions,
): Promise<CommandResult> {
  // one run that is cut back needs no weight, and is what it ranks by
  const alone = runs.length === 1 && dim !== undefined;
  const weights = given ?? (alone && serial === undefined ? [1] : undefined);
  if ((weights === undefined) === (serial === undefined)) {
    throw new api.ConfigError('USAGE_FUSE', 'give either --weights (parallel) or --serial; one run alone takes --dim');
  }
  if (similarity !== undefined && !weights) {
    throw new api.ConfigError('USAGE_FUSE', '--similarity goes with --weights: in series the second run alone orders');
  }
  if (dim !== undefined && !weights) {
    throw new api.ConfigError('USAGE_FUSE', '--dim goes with --weights: in series there are no vectors to cut back');
  }
  const how = weights ? { weights, similarity, dim } : { serial: serial! };
  const extensions = await api.importExtensions(extension);
  const fused = await api.fuseRuns(
    runs.map((run) => servedFolderOf(api, runFolderOf(run), reporter)),
    out,
    { ...how, extensions },
  );
  const left = fused.embeddings?.embeddingDim;
  const text = `run ${fused.folder}${left === undefined ? ' (ranks without vectors)' : ` (${left} numbers a vector)`}`;
  return { json: { run: fused.folder, mode: weights ? 'parallel' : 'serial', embeddingDim: left ?? null }, text };
}
