/** `twinlight build <source>`: logs → `graphs/<id>/`. */
import { Command } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  wholeNumber,
} from '../command-line.js';
import { addDataOptions, type DataOptions, dataLayer } from '../data-options.js';
import { countRows } from '../graph-text.js';
import { keyValues } from '../table.js';

interface BuildOptions extends CommonOptions, DataOptions {
  readonly out: string;
  readonly name?: string;
  readonly seed?: number;
}

export function buildCommand(): Command {
  const command = new Command('build')
    .summary('read logs and store them as a graph')
    .description(
      'Reads interaction logs, filters and splits them, and stores the graph as <out>/<name>_<split>_<hash>/. ' +
        'The source is a file or a folder: LightGCN text (user item item …), RecBole atomic files, CSV/TSV, JSON lines, ' +
        'also gzipped; a folder may hold train/valid/test files, or one log with user and item tables beside it.',
    )
    .argument('<source>', 'file or folder with the logs')
    .option('--out <folder>', 'folder for graphs', 'graphs')
    .option('--name <name>', 'first part of the id; by default the name of the source')
    .option('--seed <n>', 'seed of a random split', wholeNumber(0));
  return completeCommand(
    addDataOptions(command),
    [
      ['build clicks.csv', 'columns by their names, split by time where there are times'],
      [
        'build ratings.tsv --min-rating 4 --k-core 5 --split per-user-time',
        'only good ratings, the last of each user held out',
      ],
      ['build log.csv --no-header --columns user=1,item=3,timestamp=2 --delimiter tab', 'columns by number'],
      ['build data/gowalla --json', 'train.txt, valid.txt and test.txt as they are; the id and counts as JSON'],
    ],
    build,
  );
}

async function build({ api, reporter }: CommandContext, source: string, options: BuildOptions): Promise<CommandResult> {
  const seed = options.seed === undefined ? {} : { data: { seed: options.seed } };
  const layers = [
    api.presetOf(api.DEFAULT_PRESET).config,
    options.config === undefined ? {} : api.readConfigFile(options.config),
    dataLayer(options),
    seed,
    api.parseAssignments(options.set ?? []),
  ];
  const { data } = api.resolveConfig(layers, options.config ?? 'build');
  const graph = await api.buildGraph(source, { data, name: options.name, graphsDir: options.out, reporter });
  const { id, hash, counts, notes } = graph.manifest;
  return {
    json: { id, folder: graph.folder, hash, counts, notes },
    text: `graph ${graph.folder}\n${keyValues(countRows(counts), '  ')}\n\nnext: twinlight train ${graph.folder}`,
  };
}
