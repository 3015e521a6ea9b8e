export type {
  AdamOptions,
  BlockHop,
  BlockPass,
  BlockRows,
  Kernels,
  LayerPass,
  SinkhornOptions,
  SinkhornResult,
  SoftmaxPlan,
  SoftmaxResult,
  SparseRows,
} from './kernels.js';
export {
  BACKEND_NAMES,
  type BackendInfo,
  type BackendName,
  currentBackend,
  currentKernels,
  ensureBackend,
  missingNative,
  tensorflowPackage,
  useBackend,
} from './select-backend.js';
