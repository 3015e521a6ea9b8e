export { loadTensorflow, mayUseGpu, TENSORFLOW_BACKEND, tensorflowKernels, tensorflowPackage } from './load.js';
