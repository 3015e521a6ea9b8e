export { ranksByCosine } from './active-parts.js';
export type { NoExtensions, RunConfigLayer } from './config-layer.js';
export {
  EXPLAINED,
  type Explanation,
  explain,
  explainableNames,
  explainedBy,
  explainPreset,
  type PresetExplanation,
} from './explain.js';
export type { ExtensionKind, Extensions } from './extensions/extensions.js';
export { importExtensions } from './extensions/import-extensions.js';
export { registriesWith } from './extensions/registries-with.js';
export { DEFAULT_PRESET, PRESET_NAMES, PRESETS, type PresetName, presetOf } from './presets/registry.js';
export { BUILT_IN, type Registries } from './registries.js';
export { resolveConfig } from './resolve-config.js';
export { type RunConfig, runConfigSchema } from './run-config.js';
