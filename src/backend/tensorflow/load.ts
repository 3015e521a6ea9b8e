/**
 * Loads TensorFlow's library through @tensorflow/tfjs-node-gpu, else @tensorflow/tfjs-node: optional packages, loaded when
 * the backend is asked for and never before. A GPU package that does not get to use a GPU is refused, because it would
 * compute on the CPU in silence.
 */
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { isInstalled } from '../installed-packages.js';
import type { Kernels } from '../kernels.js';
import type { TensorflowBackend } from './binding.js';
import { cudaLibraries, DRIVER_LIBRARY, missingLibraries } from './cuda-libraries.js';
import { createTensorflowKernels } from './kernels.js';

export const TENSORFLOW_BACKEND = 'tensorflow';
const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
type TensorflowPackage = (typeof TENSORFLOW_PACKAGES)[number];

interface TensorflowRegistration {
  readonly package: TensorflowPackage;
  /** Of the C library. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
}

type LoadedTensorflow = { readonly registration: TensorflowRegistration } | { readonly missing: string };

let loaded: Promise<LoadedTensorflow> | undefined;
let kernels: Kernels | undefined;

/** The binding to load: the first that is installed, but the GPU's only where there is an NVIDIA driver. */
export function tensorflowPackage(): TensorflowPackage | undefined {
  const installed = TENSORFLOW_PACKAGES.filter(isInstalled);
  const [gpuPackage] = TENSORFLOW_PACKAGES;
  const hopeless = installed.length > 1 && installed[0] === gpuPackage && !hasDriver();
  return installed[hopeless ? 1 : 0];
}

/** Whether loading TensorFlow may find a GPU: tfjs-node's library can be one with CUDA, too. */
export function mayUseGpu(): boolean {
  const name = tensorflowPackage();
  return name === TENSORFLOW_PACKAGES[0] || (name !== undefined && hasDriver());
}

function hasDriver(): boolean {
  return missingLibraries([DRIVER_LIBRARY]).length === 0;
}

/** Tried once a process. Resolves to why not where it can't be had, and never rejects. */
export function loadTensorflow(): Promise<LoadedTensorflow> {
  loaded ??= load();
  return loaded;
}

/** Kernels on the registered TensorFlow backend, whoever loaded it. */
export function tensorflowKernels(): Kernels {
  kernels ??= createTensorflowKernels(registeredBackend()!);
  return kernels;
}

function registeredBackend(): TensorflowBackend | undefined {
  return (tf.findBackend(TENSORFLOW_BACKEND) as unknown as TensorflowBackend | null) ?? undefined;
}

async function load(): Promise<LoadedTensorflow> {
  const name = tensorflowPackage();
  if (name === undefined) {
    return {
      missing: 'neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed',
    };
  }
  restoreRemovedNodeFunctions();
  // its greeting and notes on CPU instructions; errors still show
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const before = tf.engine().backendName;
  try {
    // makes itself the current backend
    await import(name);
  } catch (error) {
    return { missing: `${name} is installed but did not load: ${(error as Error).message.split('\n')[0]}` };
  }
  const backend = registeredBackend();
  if (before) await tf.setBackend(before);
  if (backend === undefined) return { missing: `${name} loaded without registering its backend` };
  const version = backend.binding.TF_Version;
  if (name.endsWith('-gpu') && !backend.isUsingGpuDevice) return { missing: `${name}: ${whyNoGpu(version)}` };
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
  return { registration: { package: name, version, device } };
}

function whyNoGpu(version: string): string {
  const instead = 'for the CPU, take @tensorflow/tfjs-node instead';
  if (!hasDriver()) {
    return `no GPU is used: there is no NVIDIA driver (${DRIVER_LIBRARY}); ${instead}`;
  }
  const { what, names } = cudaLibraries(version);
  const missing = missingLibraries(names);
  const reason =
    missing.length > 0
      ? `TensorFlow ${version} needs ${what}, and the loader does not find ${missing.join(', ')}`
      : `all libraries are there, but TensorFlow ${version} sees no GPU (CUDA_VISIBLE_DEVICES is "${process.env.CUDA_VISIBLE_DEVICES ?? ''}")`;
  return `no GPU is used: ${reason}; ${instead}`;
}

/** tfjs-node 4.22 calls two `util` functions that Node 23 removed. */
function restoreRemovedNodeFunctions(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}
