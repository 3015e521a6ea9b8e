export { loadWebgpu, WEBGPU_BACKEND, webgpuKernels } from './load.js';
