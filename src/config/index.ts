export { ranksByCosine } from './active-parts.js';
export type { RunConfigLayer } from './config-layer.js';
export {
  EXPLAINED,
  type Explanation,
  explain,
  explainableNames,
  explainPreset,
  type PresetExplanation,
} from './explain.js';
export { DEFAULT_PRESET, PRESET_NAMES, PRESETS, type PresetName, presetOf } from './presets/registry.js';
export { resolveConfig } from './resolve-config.js';
export { type RunConfig, runConfigSchema } from './run-config.js';
