/** `twinlight tune <graph|study>`: many trainings, proposed one after another and compared on validation. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { ConfigObject, SamplerName, StudyReport, TuneOptions } from '../../index.js';
import {
  type Api,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  collect,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { abortOnSignals } from '../interruption.js';
import { studyFolderOf, targetOf } from '../open-target.js';
import { nextSteps, studyText } from '../study-text.js';

interface TuneCommandOptions extends CommonOptions, ExtensionOptions {
  readonly preset?: string;
  readonly space?: string;
  readonly sampler?: SamplerName;
  readonly trials?: number;
  readonly asha?: boolean;
  readonly minEpochs?: number;
  readonly reduction?: number;
  readonly monitor?: string;
  readonly out?: string;
  readonly seed?: number;
  readonly backend?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly show?: boolean;
}

export function tuneCommand(): Command {
  const command = new Command('tune')
    .summary('search for settings that are best on validation')
    .description(
      'Trains a preset again and again with other settings, and keeps what is best on validation. Test is never looked at. What is tried is ' +
        'the space of the preset, or one of your own. The command can be given again, after Ctrl-C or a crash too, and in several terminals ' +
        'at once: all work on the same study, each at a trial of its own.',
    )
    .argument('<graph|study>', 'graph folder or study folder, or an id under graphs/ or studies/')
    .option('--preset <name>', 'what to train (default: joint)')
    .option(
      '--space <file>',
      'YAML file: a range or a list of choices a configuration key; by default the preset’s own',
    )
    .addOption(
      new Option('--sampler <name>', 'what proposes the next trial; tpe learns from those before').choices([
        'tpe',
        'random',
      ]),
    )
    .option(
      '--trials <n>',
      'trials of the whole study (default: 30); a study that is there may be given more',
      wholeNumber(1),
    )
    .option('--asha', 'successive halving: few epochs for all, more for those that do best')
    .option(
      '--min-epochs <n>',
      'with --asha: epochs of the first rung; by default a 27th of training.epochs',
      wholeNumber(1),
    )
    .option(
      '--reduction <n>',
      'with --asha: of so many at a rung one goes on, to so many times the epochs (default: 3)',
      wholeNumber(2),
    )
    .option('--monitor <metric>', 'validation metric that trials are compared by; short for training.monitor')
    .option('--out <folder>', 'folder of the study; by default studies/<graph>_<preset>_<hash of what is asked>')
    .option(
      '--seed <n>',
      'seed of what is drawn from the space (default: 1); that of trainings is the key seed',
      wholeNumber(0),
    )
    .option('--backend <name>', 'auto | native | tensorflow | webgpu | wasm | cpu')
    .option('--config <file>', 'YAML file of configuration keys, the same for all trials')
    .option('--set <key=value>', 'one configuration key, the same for all trials; may be repeated', collect)
    .option('--show', 'print a study as it stands and do nothing');
  return completeCommand(
    withExtensions(command),
    [
      ['tune graphs/ml-100k_per-user-time_1a2b3c4d --preset two-tower', '30 trials of temperature and learning rate'],
      [
        'tune my-graph --preset lightgcn --space mine.yaml --trials 60 --asha',
        'a space of your own; most trials stop early',
      ],
      ['tune studies/my-study', 'go on, or help another process that is at it'],
      ['tune studies/my-study --show', 'the table so far'],
    ],
    tune,
  );
}

async function tune(
  { api, reporter }: CommandContext,
  path: string,
  options: TuneCommandOptions,
): Promise<CommandResult> {
  const extensions = await api.importExtensions(options.extension ?? []);
  const there = studyFolderOf(api, path);
  if (options.show) {
    if (there === undefined) throw new api.ConfigError('USAGE_STUDY', `--show: ${path} is no study`);
    return resultOf(api, api.readStudy(there, api.registriesWith(extensions)));
  }
  if (there !== undefined && options.out !== undefined) {
    throw new api.ConfigError('USAGE_STUDY', `--out: ${there} is a study, and stays where it is`);
  }
  const { signal, exitCode, release } = abortOnSignals(reporter);
  try {
    const report = await api.tune({
      ...asked(api, options),
      ...(there === undefined ? { source: graphOf(api, path), out: options.out } : { out: there }),
      extensions,
      reporter,
      signal,
    });
    if (report.stopped === 'done') return resultOf(api, report);
    const { text, json } = resultOf(api, report);
    return { json, text: `${text}\n\nsaved; go on with: twinlight tune ${report.folder}`, exitCode: exitCode() };
  } finally {
    release();
  }
}

function graphOf(api: Api, path: string): string {
  const target = targetOf(api, path);
  if (target.kind === 'graph') return target.folder;
  const what = target.kind === 'run' ? 'a run' : 'neither a graph folder nor a study';
  throw new api.ConfigError('USAGE_GRAPH', `${path} is ${what}; tune takes a graph: twinlight build <logs> makes one`);
}

function asked(api: Api, options: TuneCommandOptions): TuneOptions {
  const { preset, sampler, trials, seed, backend, set, monitor } = options;
  const layers = [
    ...(options.config === undefined ? [] : [api.readConfigFile(options.config)]),
    ...(monitor === undefined ? [] : [{ training: { monitor } }]),
  ];
  return {
    preset,
    ...(layers.length > 0 && { config: api.mergeLayers(...layers) as ConfigObject }),
    set,
    ...(options.space !== undefined && { space: api.readConfigFile(options.space) }),
    sampler,
    trials,
    asha: halving(api, options),
    seed,
    backend,
  };
}

function halving(api: Api, { asha, minEpochs, reduction }: TuneCommandOptions): TuneOptions['asha'] {
  if (asha) return { minEpochs, reduction };
  const idle = minEpochs !== undefined ? '--min-epochs' : reduction !== undefined ? '--reduction' : undefined;
  if (idle === undefined) return undefined;
  throw new api.ConfigError('USAGE_ASHA', `${idle} is about successive halving; give --asha as well`);
}

function resultOf(api: Api, report: StudyReport): CommandResult {
  const graph = join(report.folder, report.study.graphFolder);
  const next = nextSteps(report, graph);
  return { json: report, text: [studyText(api, report), ...(next.length > 0 ? ['', ...next] : [])].join('\n') };
}
