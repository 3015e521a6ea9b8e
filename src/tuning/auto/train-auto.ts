/**
 * Training without a preset: looks at the data, tries a handful of settings on validation for a few epochs, and trains the best of them as if
 * it had been asked for by name. What needs no training is held against it on validation, and stands in for it where that is better.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NoExtensions } from '../../config/config-layer.js';
import { fromEarlierForm } from '../../config/earlier-forms.js';
import type { Extensions } from '../../config/extensions/extensions.js';
import { registriesWith } from '../../config/extensions/registries-with.js';
import { presetOf } from '../../config/presets/registry.js';
import type { Registries } from '../../config/registries.js';
import { resolveConfig } from '../../config/resolve-config.js';
import { sha256Of } from '../../core/atomic-file.js';
import { makeFolder } from '../../core/disk/durable-write.js';
import { ConfigError } from '../../core/errors.js';
import { SILENT } from '../../core/reporter.js';
import { type ConfigObject, mergeLayers, parseAssignments } from '../../core/strict-config.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import { loadRun } from '../../runs/load-run.js';
import {
  type AnyTrainOptions,
  openSource,
  refuseTaken,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from '../../runs/open-run.js';
import type { TrainReport } from '../../runs/report.js';
import { pilotsFolderOf } from '../../runs/run-files.js';
import { RunFolder } from '../../runs/run-folder.js';
import { lockRun, refuseWhileTraining } from '../../runs/run-lock.js';
import { baselinesOf } from '../../training/baselines.js';
import { train } from '../../training/index.js';
import { candidatesFor } from './candidates.js';
import { type Choice, readChoice, writeChoice } from './choice-record.js';
import { choiceText, factsText, standingText } from './choice-text.js';
import { type DataFacts, dataFacts } from './data-facts.js';
import { comparePilots, type Pilot } from './pilots.js';
import { makeStandIn } from './stand-in.js';
import { standingOf } from './standing.js';

/** item-kNN is measured where it takes less than this. */
const MOST_BASELINE_MS = 60_000;

export interface AutoReport extends TrainReport {
  /** Absent where it was interrupted before anything was chosen. */
  readonly auto?: Choice;
  /** Of the run that stands in for what was trained, in `better/` of its folder; absent where nothing does. */
  readonly better?: TrainReport;
}

/**
 * @param options as of `train`, without a preset; keys that are given are laid over every candidate. With `resume` what was chosen goes on, and
 * is then held against what needs no training as it would have been; a run that nothing was chosen for goes on as by `train`
 * @throws ConfigError `AUTO_NO_VALIDATION` where there is nothing to choose by, `AUTO_RANKER` for what needs no training, what `train` throws
 */
export function trainAuto<Own extends Extensions = NoExtensions>(
  options: Omit<TrainOptions<Own>, 'preset' | 'pauseAfter'>,
): Promise<AutoReport>;
export async function trainAuto(options: AnyTrainOptions): Promise<AutoReport> {
  if (options.resume) {
    const report = await train<Extensions>(options);
    const choice = readChoice(report.run);
    return choice ? held(options, report, choice) : report;
  }
  const { reporter = SILENT, extensions, backend, signal } = options;
  const registries = registriesWith(extensions);
  // apart, as `train` takes them: a kind that `set` changes loses the other one's keys
  const layers = [(options.config ?? {}) as ConfigObject, parseAssignments(options.set ?? [])].map(fromEarlierForm);
  const given = mergeLayers(...layers);
  if (options.source === undefined) throw new ConfigError('TRAIN_NO_SOURCE', 'give a graph folder or a data source');
  const graph = await openSource(options.source, given, options);
  if (graph.valid.values.length === 0) {
    const message = `graph ${graph.manifest.id} has no validation pairs to choose by; build it with a data.split that has some, or name a --preset`;
    throw new ConfigError('AUTO_NO_VALIDATION', message);
  }
  refuseBlind(given);
  const facts = dataFacts(graph);
  reporter.info(`auto: ${factsText(facts)}`);
  const pilots = pilotsFor(facts, layers, registries);
  const asked = sha256Of(graph.manifest.hash, JSON.stringify(pilots.map(({ name, resolved }) => [name, resolved])));
  const folder =
    options.run ?? join(options.runsDir ?? TRAIN_DEFAULTS.runsDir, `${graph.manifest.name}_auto_${asked.slice(0, 8)}`);
  const run = new RunFolder(folder);
  refuseWhileTraining(folder);
  refuseTaken(run, options.overwrite);
  const context = { folder, graph, backend, extensions, reporter, signal };
  const choice = await chosen(context, pilots, {
    asked,
    anew: options.overwrite === true,
    ownMetrics: registries.ownMetrics,
  });
  if (choice === undefined) return interrupted(folder, graph);
  reporter.info(choiceText(choice));
  const best = pilots.find(({ name }) => name === choice.tried[0].name)!;
  const { resolved, preset } = best;
  const report = await train<Extensions>({
    ...options,
    source: graph,
    run: folder,
    preset,
    config: resolved as object,
    // they are in there
    set: [],
  });
  return held(options, report, choice);
}

/** A run that was chosen, trained and perhaps refitted, against what needs no training: as it was found before, or now. */
async function held(
  { reporter = SILENT, extensions, backend, skipTest }: AnyTrainOptions,
  report: TrainReport,
  choice: Choice,
): Promise<AutoReport> {
  if ([report, report.refit].some((of) => of?.stopped === 'interrupted')) return { ...report, auto: choice };
  const folder = report.run;
  const release = lockRun(folder);
  try {
    const run = await loadRun(folder, { extensions });
    const { graph, registries = registriesWith(extensions) } = run;
    const context = {
      run,
      graph,
      registries,
      backend,
      extensions,
      reporter,
      skipTest,
      refit: report.refit !== undefined,
    };
    const isKnown = choice.standing?.bestEpoch === run.manifest.bestEpoch;
    const standing = isKnown ? choice.standing : await standingOf(context, choice);
    const auto = { ...choice, standing };
    if (!isKnown) writeChoice(folder, auto);
    if (standing === undefined) return { ...report, auto };
    const { standIn } = standing;
    const better = standIn === undefined ? undefined : await makeStandIn(context, standing, standIn);
    const warnings = [...(report.warnings ?? []), standingText(standing, choice.monitor)];
    return { ...report, auto, warnings, ...(better && { better }) };
  } finally {
    release();
  }
}

/** Keys under which there is nothing to choose, or nothing to choose by. */
function refuseBlind({ ranker, training }: ConfigObject): void {
  // a whole configuration names what is trained, too
  if (ranker !== undefined && (ranker as ConfigObject).name !== 'embeddings') {
    throw new ConfigError(
      'AUTO_RANKER',
      'auto chooses among what is trained, but ranker is given; name a --preset with it',
    );
  }
  if ((training as ConfigObject | undefined)?.fitOn === 'train+valid') {
    const message =
      'training.fitOn is train+valid: there is no validation to choose by; name a --preset, or choose with --refit in its place';
    throw new ConfigError('AUTO_NO_VALIDATION', message);
  }
}

/** Candidates that go with the keys that are given, each once. */
function pilotsFor(facts: DataFacts, given: readonly ConfigObject[], registries: Registries): Pilot[] {
  const pilots = new Map<string, Pilot>();
  const { temperature } = (mergeLayers(...given).losses as { main?: ConfigObject } | undefined)?.main ?? {};
  let refused: unknown;
  for (const candidate of candidatesFor(facts)) {
    const layers = [presetOf(candidate.preset).config as ConfigObject, candidate.config, ...given];
    try {
      const resolved = resolveConfig(layers, 'configuration', registries);
      const what = JSON.stringify(resolved);
      // under a temperature of the user's own, one of each preset is left
      const name = temperature === undefined ? candidate.name : candidate.preset;
      if (!pilots.has(what)) pilots.set(what, { ...candidate, name, resolved });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      refused ??= error;
    }
  }
  if (pilots.size === 0) throw refused;
  return [...pilots.values()];
}

/** @returns undefined where it was interrupted */
async function chosen(
  context: Parameters<typeof comparePilots>[0],
  pilots: readonly Pilot[],
  { asked, anew, ownMetrics }: { asked: string; anew: boolean; ownMetrics: Registries['ownMetrics'] },
): Promise<Choice | undefined> {
  const { folder, graph, reporter } = context;
  const release = lockRun(folder);
  try {
    if (anew) rmSync(pilotsFolderOf(folder), { recursive: true, force: true });
    const before = readChoice(folder, asked);
    if (before) return before;
    makeFolder(pilotsFolderOf(folder));
    const { monitor } = pilots[0].resolved.training;
    reporter.info(`trying ${pilots.length} settings by ${monitor} on validation`);
    const results = await comparePilots(context, pilots);
    if (results === undefined) return undefined;
    const choice: Choice = {
      asked,
      monitor,
      tried: results.map(({ name, preset, value, epochs }) => ({
        name,
        preset,
        value: Number.isFinite(value) ? value : null,
        epochs,
      })),
      baselines: await baselinesOf(graph, pilots[0].resolved, MOST_BASELINE_MS, ownMetrics),
    };
    rmSync(pilotsFolderOf(folder), { recursive: true, force: true });
    makeFolder(pilotsFolderOf(folder));
    writeChoice(folder, choice);
    return choice;
  } finally {
    release();
  }
}

function interrupted(run: string, graph: StoredGraph): AutoReport {
  const none = { valid: {}, test: {}, testIntervals: {}, evaluatedUsers: { valid: 0, test: 0 } };
  const facts = { run, graph: graph.manifest.id, preset: 'auto', backend: '', seed: 0, peakRssMB: 0 };
  return { ...facts, ...none, epochs: 0, bestEpoch: 0, steps: 0, stepMs: 0, stopped: 'interrupted' };
}
