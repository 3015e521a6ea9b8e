export { type FuseOptions, fuseRuns } from './fuse-runs.js';
export { type HeldOutOptions, heldOutFor, rankHeldOut } from './held-out.js';
export { type ListedRun, listRuns, type RunList, type RunState } from './list-runs.js';
export { embeddingsOf, type LoadRunOptions, loadRun } from './load-run.js';
export { TRAIN_DEFAULTS, type TrainOptions } from './open-run.js';
export { refitFolderOf, servedFolder, standInFolderOf } from './refit-folder.js';
export type { EpochRecord, Metrics, SourceReport, TaskFigures, TrainReport } from './report.js';
export {
  compareRuns,
  compareToFirst,
  evaluateRun,
  geometryOfRun,
  type RunAgainstFirst,
  type RunComparisonOptions,
  type RunEvaluationOptions,
} from './run-evaluation.js';
export { RunFolder } from './run-folder.js';
export type { PrototypeSet, RunManifest, TrainedRun } from './trained-run.js';
