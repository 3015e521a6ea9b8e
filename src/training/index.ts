export { type RunConfig, ranksByCosine, resolveConfig, runConfigSchema } from './config.js';
export {
  EXPLAINED,
  type Explanation,
  explain,
  explainableNames,
  explainPreset,
  type PresetExplanation,
} from './explain.js';
export { type FuseOptions, fuseRuns } from './fuse-runs.js';
export { heldOutFor, rankHeldOut } from './held-out.js';
export { embeddingsOf, type LoadRunOptions, loadRun } from './load-run.js';
export { TRAIN_DEFAULTS, type TrainOptions } from './open-run.js';
export { DEFAULT_PRESET, PRESET_NAMES, PRESETS, type PresetName, presetOf } from './presets/registry.js';
export type { EpochRecord, Metrics, TrainReport } from './report.js';
export { compareRuns, evaluateRun, type RunEvaluationOptions } from './run-evaluation.js';
export { RunFolder } from './run-folder.js';
export { train } from './train.js';
export type { PrototypeSet, RunManifest, TrainedRun } from './trained-run.js';
