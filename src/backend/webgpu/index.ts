export { loadWebgpu, WEBGPU_BACKEND, webgpuErrors, webgpuKernels } from './load.js';
