/**
 * The shared libraries that TensorFlow opens to use a GPU. It opens them by name and, where one is missing, goes on with
 * the CPU and says so in a log line only.
 */

/** The NVIDIA driver's, whatever the version of CUDA. */
export const DRIVER_LIBRARY = process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';

const CUDA_11 = {
  what: 'CUDA 11.2 and cuDNN 8.1',
  linux: [
    'libcudart.so.11.0',
    'libcublas.so.11',
    'libcublasLt.so.11',
    'libcufft.so.10',
    'libcurand.so.10',
    'libcusolver.so.11',
    'libcusparse.so.11',
    'libcudnn.so.8',
  ],
  win32: [
    'cudart64_110.dll',
    'cublas64_11.dll',
    'cublasLt64_11.dll',
    'cufft64_10.dll',
    'curand64_10.dll',
    'cusolver64_11.dll',
    'cusparse64_11.dll',
    'cudnn64_8.dll',
  ],
} as const;

/** Releases from 2.15 on exist for Linux only. */
const CUDA_12 = {
  what: 'CUDA 12 and cuDNN 8.9 (TensorFlow 2.15-2.17) or 9.3 (from 2.18 on)',
  linux: [
    'libcudart.so.12',
    'libcublas.so.12',
    'libcublasLt.so.12',
    'libcufft.so.11',
    'libcusolver.so.11',
    'libcusparse.so.12',
  ],
  win32: [],
} as const;

/** @param tensorflowVersion `2.9.1`: the one that @tensorflow/tfjs-node-gpu 4.22.0 downloads */
export function cudaLibraries(tensorflowVersion: string): { readonly what: string; readonly names: readonly string[] } {
  const [major, minor] = tensorflowVersion.split('.').map(Number);
  const { what, ...names } = major > 2 || minor >= 15 ? CUDA_12 : CUDA_11;
  return { what, names: process.platform === 'win32' ? names.win32 : names.linux };
}

/** Those of `names` that the system's loader does not find or can't open. */
export function missingLibraries(names: readonly string[]): string[] {
  return names.filter((name) => !canOpen(name));
}

function canOpen(name: string): boolean {
  try {
    process.dlopen({ exports: {} }, name);
    return true;
  } catch (error) {
    // Node opened it and then found that it is no addon
    return /did not self-register/.test((error as Error).message);
  }
}
