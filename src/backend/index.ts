export type { AdamOptions, Kernels, SoftmaxPlan, SoftmaxResult, SparseRows } from './kernels.js';
export {
  BACKEND_NAMES,
  type BackendInfo,
  type BackendName,
  currentBackend,
  currentKernels,
  ensureBackend,
  tensorflowPackage,
  useBackend,
} from './select-backend.js';
