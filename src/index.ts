/** The public API: everything the command line does is a function here. */

/** The library of tensors and that of schemas, in the versions that extensions share with twinlight. */
export * as tf from '@tensorflow/tfjs';
export { z } from 'zod';
export * from './backend/index.js';
export * from './config/index.js';
export { sha256OfFile } from './core/atomic-file.js';
export type { ConceptDoc } from './core/concept-doc.js';
export { mergeConfigLayers } from './core/config-layers.js';
export { type CounterKey, drawCounterKey } from './core/counter-rng.js';
export {
  ConfigError,
  DataError,
  type ExitCode,
  type FileLocation,
  formatLocation,
  ShapeError,
  TwinlightError,
} from './core/errors.js';
export { didYouMean, nearestName } from './core/nearest-name.js';
export { emptyRagged, type Ragged, raggedFromPairs } from './core/ragged.js';
export { type ProgressHandle, type Reporter, SILENT } from './core/reporter.js';
export { Rng } from './core/rng.js';
export {
  applyOverrides,
  type ConfigObject,
  mergeLayers,
  parseAssignments,
  parseConfigText,
  parseStrict,
  readConfigFile,
} from './core/strict-config.js';
export { formatDuration, type TerminalReporterOptions, terminalReporter } from './core/terminal-reporter.js';
export * from './data/index.js';
export * from './encoders/index.js';
export * from './evaluation/index.js';
export * from './export/index.js';
export * from './graph/index.js';
export * from './losses/index.js';
export * from './negatives/index.js';
export * from './ops/index.js';
export * from './report/index.js';
export * from './retrieval/index.js';
export * from './runs/index.js';
export * from './serve/index.js';
export * from './training/index.js';
export * from './tuning/index.js';
export * from './views/index.js';
