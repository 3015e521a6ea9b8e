/** The run that stands in for a trained one, in `better/` of its folder: made as `standing.ts` found it best, and served in its place. */
import { rmSync } from 'node:fs';
import type { Registries } from '../../config/registries.js';
import type { Reporter } from '../../core/reporter.js';
import { isStandInOf, refitFolderOf, servedFolder, standInFolderOf } from '../../runs/refit-folder.js';
import type { TrainReport } from '../../runs/report.js';
import { RunFolder } from '../../runs/run-folder.js';
import { finishRun } from '../../training/index.js';
import type { Standing } from './choice-record.js';
import { folderFor, fuseWithRival, type RivalContext, trainVectors, type VectorRanker } from './rival.js';

interface StandInContext extends RivalContext {
  readonly registries: Registries;
  readonly reporter: Reporter;
  /** On train and validation too: the trained run has a refit. */
  readonly refit?: boolean;
  readonly skipTest?: boolean;
}

/** One that is there already stays; what else is in its folder goes. @param how of the standing that asks for one */
export async function makeStandIn(
  context: StandInContext,
  { vectors: [{ by }], bestEpoch }: Standing,
  how: NonNullable<Standing['standIn']>,
): Promise<TrainReport> {
  const { run, refit, skipTest } = context;
  const folder = standInFolderOf(run.folder);
  const before = reportOf(run.folder, folder, refit);
  if (before) return before;
  rmSync(folder, { recursive: true, force: true });
  const report =
    how === 'vectors' ? await trainVectors(context, by, folder, { refit, skipTest }) : await fused(context, by, how);
  // the last word: until then nothing stands in
  const made = new RunFolder(folder);
  made.writeManifest({ ...made.readManifest(), standsInForEpoch: bestEpoch });
  return report;
}

/** Of one that an earlier call has made. @param needsRefit whether it must have a refit */
function reportOf(outer: string, folder: string, needsRefit = false): TrainReport | undefined {
  if (!isStandInOf(outer, folder)) return undefined;
  const served = servedFolder(folder);
  if (needsRefit && served === folder) return undefined;
  const report = new RunFolder(folder).readReport();
  const refit = served === folder ? undefined : new RunFolder(served).readReport();
  return report && { ...report, ...(refit && { refit }) };
}

async function fused(context: StandInContext, by: VectorRanker, weight: number): Promise<TrainReport> {
  const { run, refit } = context;
  const vectors = folderFor(context, by);
  await trainVectors(context, by, vectors, { refit, skipTest: true });
  const folder = standInFolderOf(run.folder);
  const report = await fusedReport(context, [run.folder, vectors], folder, weight);
  if (!refit) return report;
  const again = [run.folder, vectors].map(refitFolderOf) as [string, string];
  return { ...report, refit: await fusedReport(context, again, refitFolderOf(folder), weight) };
}

/** Of a fused run that is made and evaluated. */
async function fusedReport(
  context: StandInContext,
  parts: readonly [string, string],
  folder: string,
  weight: number,
): Promise<TrainReport> {
  const { run, graph, registries, reporter, skipTest } = context;
  const { config, recommender } = await fuseWithRival(context, parts, folder, weight);
  const { backend } = run.manifest;
  return finishRun(
    { run: new RunFolder(folder), config, graph, registries, backend, skipTest },
    recommender,
    {},
    reporter,
  );
}
