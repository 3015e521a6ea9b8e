export { type BackendState, backendStates } from './backend-states.js';
export type {
  AdamOptions,
  BlockHop,
  BlockPass,
  CompressedRows,
  EdgeDrop,
  Kernels,
  LayerPass,
  PackedItems,
  SampledHop,
  ScoringTiles,
  SinkhornOptions,
  SinkhornResult,
  SoftmaxPlan,
  SoftmaxResult,
  SparseRows,
} from './kernels.js';
export { transposePattern } from './plain/transpose-pattern.js';
export {
  awaitsReads,
  BACKEND_NAMES,
  type BackendInfo,
  type BackendName,
  currentBackend,
  currentKernels,
  ensureBackend,
  missingNative,
  recordKernelTimes,
  useBackend,
} from './select-backend.js';
export type { KernelTimes } from './time-kernels.js';
