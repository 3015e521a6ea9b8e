/** `twinlight train <graph|source>`: a graph (or logs) → a run in `checkpoints/`. */
import { join } from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import type { AutoReport, ConfigObject, Extensions, TrainReport } from '../../index.js';
import {
  type Api,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { addDataOptions, type DataOptions, dataLayer } from '../data-options.js';
import { abortOnSignals } from '../interruption.js';
import { type Target, targetOf } from '../open-target.js';
import { layerWeightsText, metricsTable, negativesTable, refitTable, tasksTable } from '../run-text.js';
import { wrapped } from '../table.js';

/** In the place of a preset: one that is chosen by trying. */
const AUTO = 'auto';

interface TrainCommandOptions extends CommonOptions, DataOptions, ExtensionOptions {
  readonly preset?: string;
  readonly run?: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly refit?: boolean;
  readonly teacher?: string;
  readonly seed?: number;
  readonly backend?: string;
  readonly printConfig?: boolean;
}

export function trainCommand(): Command {
  const command = new Command('train')
    .summary('train embeddings on a graph or on logs')
    .description(
      'Trains a model, keeps the weights that are best on validation, and evaluates them on test. Ctrl-C saves and stops; ' +
        'a run that was stopped or killed goes on with --resume, to the same result.\n\n' +
        'Presets: popularity, item-knn, graph-filter, ease, content-knn, content-neighbours (no training), two-tower, lightgcn-bpr, lightgcn, sgl, simgcl, xsimgcl, ' +
        'directau, history, features, swav, joint-one-pass, joint; or auto, the default, which tries a handful of settings for a few epochs and takes the best on validation. A preset is a set of configuration keys; --config is laid over it, --set over that.',
    )
    .argument('[graph|source]', 'graph folder, its id under graphs/, or logs as `twinlight build` takes them')
    .option('--preset <name>', 'what to train (default: auto)')
    .option('--run <folder>', 'folder of the run; by default checkpoints/<graph>_<preset>_<hash of the configuration>')
    .option('--resume', 'go on with the run in --run (or given as the argument)')
    .option(
      '--teacher <run>',
      'a finished run: of the same graph, whose vectors preset content-neighbours takes over; else over the same items, from which their towers learn (coldStart.teacher)',
    )
    .option(
      '--refit',
      'train what validation chose once more on train and validation, into refit/ of the run: that is what export and recommend take',
    )
    .option('--overwrite', 'replace a run that is already there')
    .option('--seed <n>', 'seed of everything random in training', wholeNumber(0))
    .option('--backend <name>', 'auto | native | tensorflow | webgpu | wasm | cpu', 'auto')
    .option('--print-config', 'print the resolved configuration, of joint where no preset is named, and do nothing');
  return completeCommand(
    withExtensions(addDataOptions(command)),
    [
      [
        'train graphs/ml-100k_per-user-time_1a2b3c4d --refit',
        'whatever is best on validation, then fitted once more with it',
      ],
      ['train clicks.csv --preset two-tower --run checkpoints/first', 'logs straight away; their graph is stored too'],
      ['train my-graph --preset lightgcn --set encoder.numLayers=2 --set training.epochs=50', 'single keys'],
      ['train my-graph --config mine.yaml --print-config', 'what would be trained, as YAML'],
      ['train --run checkpoints/first --resume', 'go on after Ctrl-C or a crash'],
    ],
    train,
  );
}

async function train(
  { api, reporter }: CommandContext,
  path: string | undefined,
  options: TrainCommandOptions,
): Promise<CommandResult> {
  const target = path === undefined ? undefined : targetOf(api, path);
  const config = configLayer(api, options, target);
  const { preset, run, resume, refit, overwrite, backend, set } = options;
  if (preset !== undefined && preset !== AUTO) api.presetOf(preset, [AUTO]);
  const extensions = await api.importExtensions(options.extension ?? []);
  if (options.printConfig) {
    if (preset === AUTO) {
      const message = '--print-config: auto chooses by trying, so nothing is known of it yet; name a preset';
      throw new api.ConfigError('USAGE_AUTO', message);
    }
    return printConfig(api, { preset, config, set, extensions });
  }
  const isRun = resume === true && target?.kind === 'run';
  if (target?.kind === 'run' && !isRun) {
    throw new api.ConfigError(
      'USAGE_RUN',
      `${path} is a run; train takes a graph or logs (or --resume to go on with it)`,
    );
  }
  const { signal, exitCode, release } = abortOnSignals(reporter);
  try {
    const wanted = {
      source: target && target.kind !== 'run' ? sourceOf(target) : undefined,
      run: run ?? (isRun ? target.folder : undefined),
      config,
      set,
      extensions,
      refit,
      overwrite,
      backend,
      reporter,
      signal,
    };
    if (preset !== undefined && preset !== AUTO) {
      const report = await api.train({ ...wanted, preset, resume });
      return resultOf(api, report, refit === true, exitCode);
    }
    const report = await api.trainAuto({ ...wanted, resume });
    if (!resume && report.auto === undefined) return unchosen(report, exitCode());
    return resultOf(api, report, refit === true, exitCode);
  } finally {
    release();
  }
}

const sourceOf = (target: Exclude<Target, { kind: 'run' }>): string =>
  target.kind === 'graph' ? target.folder : target.path;

/** What lies between preset and `--set`: the file, then the options that stand for single keys. */
function configLayer(api: Api, options: TrainCommandOptions, target: Target | undefined): ConfigObject {
  const data = dataLayer(options);
  if (target?.kind === 'graph' && 'data' in data) {
    const keys = Object.keys(data.data as ConfigObject).join(', ');
    throw new api.ConfigError(
      'USAGE_DATA',
      `${target.folder} is built already: ${keys} can't change; build it anew with \`twinlight build\``,
    );
  }
  const file = options.config === undefined ? {} : api.readConfigFile(options.config);
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  return api.mergeLayers(file, data, seed, teacherLayer(api, options, target, file));
}

/** `--teacher`: the run that ranker content-neighbours takes over, or that towers learn from under any other. */
function teacherLayer(
  api: Api,
  { teacher, preset, resume, run, set = [] }: TrainCommandOptions,
  target: Target | undefined,
  file: ConfigObject,
): ConfigObject {
  if (teacher === undefined) return {};
  const resumed = resume && run !== undefined ? targetOf(api, run) : target;
  const base =
    resumed?.kind === 'run'
      ? api.readConfigFile(join(resumed.folder, 'config.yaml'))
      : (api.presetOf(preset === undefined || preset === AUTO ? api.DEFAULT_PRESET : preset).config as ConfigObject);
  const { ranker } = api.mergeLayers(base, file, api.parseAssignments(set)) as { ranker?: ConfigObject };
  const named = { run: teacherFolder(api, teacher) };
  return ranker?.name === 'content-neighbours' ? { ranker: named } : { coldStart: { teacher: named } };
}

function teacherFolder(api: Api, path: string): string {
  const target = targetOf(api, path);
  if (target.kind === 'run') return target.folder;
  throw new api.ConfigError('USAGE_TEACHER', `--teacher: ${path} is no run; name a folder that train made`);
}

interface Wanted {
  readonly preset?: string;
  readonly config: ConfigObject;
  readonly set?: readonly string[];
  readonly extensions: Extensions;
}

function printConfig(api: Api, { preset, config, set = [], extensions }: Wanted): CommandResult {
  const base = api.presetOf(preset ?? api.DEFAULT_PRESET).config as ConfigObject;
  const layers = [base, config, api.parseAssignments(set)];
  const resolved = api.resolveConfig(layers, 'configuration', api.registriesWith(extensions));
  return { json: resolved, text: stringify(resolved).trimEnd() };
}

/** Stopped before a preset was chosen: there is no run to resume yet. */
function unchosen(report: TrainReport, exitCode: number): CommandResult {
  return {
    json: report,
    text: 'interrupted while choosing; the same command goes on, with --overwrite from the beginning',
    exitCode,
  };
}

/** Whether a finished run has something to export. */
function hasVectors(api: Api, run: string): boolean {
  const { name, rank } = api.readConfigFile(join(run, 'config.yaml')).ranker as ConfigObject;
  return name !== 'content-knn' && (name !== 'item-knn' || rank !== undefined);
}

const ENDINGS: Readonly<Record<TrainReport['stopped'], string>> = {
  epochs: 'all epochs done',
  'max-steps': 'training.maxSteps reached',
  early: 'no better for training.patience validations',
  interrupted: 'interrupted',
  untrained: 'no training needed',
};

function resultOf(api: Api, report: AutoReport, wantsRefit: boolean, exitCode: () => number): CommandResult {
  const stopped = [report, report.refit].find((of) => of?.stopped === 'interrupted');
  if (stopped) {
    const how = `twinlight train --run ${report.run} --resume${wantsRefit ? ' --refit' : ''}`;
    return { json: report, text: `saved after ${stopped.steps} steps; go on with: ${how}`, exitCode: exitCode() };
  }
  const trained =
    report.steps > 0
      ? [
          `${ENDINGS[report.stopped]}: ${report.epochs} epochs, ${report.steps} steps, ${report.stepMs.toFixed(0)} ms a step, ` +
            `${report.peakRssMB} MB; the weights of epoch ${report.bestEpoch} are kept`,
        ]
      : [];
  const { layerWeights } = report;
  const layers = layerWeights ? [layerWeightsText(layerWeights)] : [];
  const sources = report.negatives ? ['', negativesTable(report.negatives)] : [];
  const warnings = (report.warnings ?? []).flatMap((warning) => ['', ...wrapped(`note: ${warning}`, 80)]);
  const { better = report } = report;
  const next = [`next: twinlight evaluate ${better.run}`];
  if (hasVectors(api, better.run)) next.push(`      twinlight export ${better.run}`);
  return {
    json: report,
    text: [
      `run ${report.run}`,
      ...trained,
      ...layers,
      '',
      metricsTable(report),
      ...tasksTable(report),
      ...refitText(report),
      ...sources,
      ...warnings,
      ...betterText(report),
      '',
      ...next,
    ].join('\n'),
  };
}

/** Figures of what stands in for the run. */
function betterText({ better }: AutoReport): string[] {
  if (better === undefined) return [];
  const taken = 'what export, recommend, similar, embed and fuse take in its place';
  return ['', ...wrapped(`${better.run}: ${taken}`, 80), '', metricsTable(better), ...refitText(better)];
}

/** Figures of the refit beside those of what was selected. */
function refitText({ refit, bestEpoch, test, better }: AutoReport): string[] {
  if (refit === undefined) return [];
  const how = bestEpoch > 0 ? ` for ${bestEpoch} epochs` : '';
  return [
    '',
    `refit on train and validation${how}: ${refit.run}`,
    '',
    refitTable({ test, refit }),
    ...tasksTable(refit),
    ...(better ? [] : ['', 'the refit is what export, recommend, similar, embed and fuse take']),
  ];
}
