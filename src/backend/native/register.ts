/** Makes the native backend known to tfjs, once a process. */
import * as tf from '@tensorflow/tfjs';
import type { Kernels } from '../kernels.js';
import { loadAddon } from './addon.js';
import { NativeBackend } from './backend.js';
import { createNativeKernels } from './kernels.js';
import { registerTfjsKernels } from './tfjs-kernels.js';

export const NATIVE_BACKEND = 'native';

interface NativeRegistration {
  readonly kernels: Kernels;
  /** Instruction set in use: avx512, avx2 or portable. */
  readonly simd: string;
  readonly threads: number;
}

let registration: NativeRegistration | undefined;

/** @returns undefined where the addon is not built or does not load */
export function registerNative(): NativeRegistration | undefined {
  if (registration) return registration;
  const loaded = loadAddon();
  if ('missing' in loaded) return undefined;
  const backend = new NativeBackend(loaded.addon);
  registerTfjsKernels(NATIVE_BACKEND);
  tf.registerBackend(NATIVE_BACKEND, () => backend);
  registration = { kernels: createNativeKernels(backend), ...loaded.addon.info() };
  return registration;
}
