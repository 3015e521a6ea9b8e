/**
 * Which tfjs backend runs, and with which kernel table. `auto` takes TensorFlow's library where it sees a GPU, else our
 * native kernels, else TensorFlow on the CPU, else WebAssembly, which is always there.
 * tfjs keeps one current backend a process; so does this module.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import type { Kernels } from './kernels.js';
import { loadAddon, NATIVE_BACKEND, registerNative } from './native/index.js';
import { PLAIN_KERNELS } from './plain/kernel-table.js';

export const BACKEND_NAMES = ['auto', 'native', 'tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

export interface BackendInfo {
  readonly name: Exclude<BackendName, 'auto'>;
  /** Why this one, in a few words, for `doctor` and the run's log. */
  readonly detail: string;
  readonly simd: boolean;
  /** 0: the library's own choice. */
  readonly threads: number;
  readonly device: 'cpu' | 'gpu';
}

let current: BackendInfo | undefined;

/** Kernels of the current backend. */
export function currentKernels(): Kernels {
  return (tf.getBackend() === NATIVE_BACKEND && registerNative()?.kernels) || PLAIN_KERNELS;
}

/** Why the native backend is not to be had, or undefined where it is. */
export function missingNative(): string | undefined {
  const loaded = loadAddon();
  return 'missing' in loaded ? loaded.missing : undefined;
}

/** The backend that `useBackend` chose, or undefined before the first call. */
export function currentBackend(): BackendInfo | undefined {
  return current;
}

/**
 * Makes `name` the current backend and waits until it is ready.
 * @throws ConfigError `BACKEND_UNKNOWN` for a name not in BACKEND_NAMES; `BACKEND_MISSING` for one that can't load.
 */
export async function useBackend(name: string = 'auto'): Promise<BackendInfo> {
  if (!(BACKEND_NAMES as readonly string[]).includes(name)) {
    throw new ConfigError(
      'BACKEND_UNKNOWN',
      `backend "${name}" is not known${didYouMean(name, BACKEND_NAMES)}; choose one of ${BACKEND_NAMES.join(', ')}`,
    );
  }
  if (name === 'auto') current = await useBest();
  else if (name === 'native') current = await useNative();
  else if (name === 'tensorflow') current = await useTensorflow();
  else if (name === 'cpu') current = await usePlainCpu();
  else current = await useWasm();
  return current;
}

/** Takes the `auto` backend unless one runs already, chosen here or by the caller's own use of tfjs. */
export async function ensureBackend(): Promise<void> {
  if (current === undefined && !tf.engine().backendName) await useBackend('auto');
}

async function useBest(): Promise<BackendInfo> {
  const [gpuPackage] = TENSORFLOW_PACKAGES;
  if (tensorflowPackage() === gpuPackage) {
    try {
      const info = await useTensorflow();
      if (info.device === 'gpu') return info;
    } catch {
      // CUDA missing or of another version: the next choice
    }
  }
  if (missingNative() === undefined) return useNative();
  if (tensorflowPackage() !== undefined) return useTensorflow();
  const info = await useWasm();
  return { ...info, detail: `${info.detail}; ${missingNative()}: \`npm run setup\` builds them with a C++ compiler` };
}

async function useNative(): Promise<BackendInfo> {
  const registration = registerNative();
  if (registration === undefined || !(await tf.setBackend(NATIVE_BACKEND))) {
    throw new ConfigError(
      'BACKEND_MISSING',
      `backend "native": ${missingNative() ?? 'it did not start'}; \`npm run setup\` builds it where a C++ compiler is installed`,
    );
  }
  const { simd, threads } = registration;
  return {
    name: 'native',
    detail: `own C++ kernels, ${simd}, ${threads} thread${threads === 1 ? '' : 's'}`,
    simd: simd !== 'portable',
    threads,
    device: 'cpu',
  };
}

async function useWasm(): Promise<BackendInfo> {
  await import('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new ConfigError('BACKEND_MISSING', 'the wasm backend did not start');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    name: 'wasm',
    detail: 'WebAssembly kernels, no install needed',
    simd: Boolean(simd),
    threads: 1,
    device: 'cpu',
  };
}

async function usePlainCpu(): Promise<BackendInfo> {
  tf.enableProdMode(); // keeps tfjs from advertising its native binding on standard error
  await tf.setBackend('cpu');
  return { name: 'cpu', detail: 'plain JavaScript, the slowest', simd: false, threads: 1, device: 'cpu' };
}

const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** The installed TensorFlow binding, the GPU one first, or undefined. Resolved only, not loaded. */
export function tensorflowPackage(): (typeof TENSORFLOW_PACKAGES)[number] | undefined {
  const require = createRequire(import.meta.url);
  return TENSORFLOW_PACKAGES.find((name) => {
    try {
      require.resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}

async function useTensorflow(): Promise<BackendInfo> {
  const name = tensorflowPackage();
  if (name === undefined) {
    throw new ConfigError(
      'BACKEND_MISSING',
      'the tensorflow backend needs @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node: `npm install @tensorflow/tfjs-node`',
    );
  }
  restoreRemovedNodeFunctions();
  try {
    await import(name);
    await tf.setBackend('tensorflow');
  } catch (cause) {
    throw new ConfigError('BACKEND_MISSING', `${name} is installed but did not load: ${(cause as Error).message}`, {
      cause,
    });
  }
  // biome-ignore lint/suspicious/noExplicitAny: the binding adds a field that tfjs-core's types do not know
  const gpu = Boolean((tf.backend() as any).isUsingGpuDevice);
  return {
    name: 'tensorflow',
    detail: `${name}, ${gpu ? 'GPU' : 'CPU'} device`,
    simd: true,
    threads: 0,
    device: gpu ? 'gpu' : 'cpu',
  };
}

/** tfjs-node 4.22 calls two `util` functions that Node 23 removed. */
function restoreRemovedNodeFunctions(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}
