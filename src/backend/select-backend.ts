/**
 * Which tfjs backend runs, and with which kernel table. `auto` takes TensorFlow's library where it sees a GPU, else our
 * native kernels, else TensorFlow on the CPU, else WebAssembly, which is always there; never WebGPU, which has to be asked
 * for as long as nobody has measured it on a GPU.
 * tfjs keeps one current backend a process; so does this module.
 */
import * as tf from '@tensorflow/tfjs';
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import type { Kernels } from './kernels.js';
import { loadAddon, NATIVE_BACKEND, registerNative } from './native/index.js';
import { PLAIN_KERNELS } from './plain/kernels.js';
import {
  loadTensorflow,
  mayUseGpu,
  TENSORFLOW_BACKEND,
  tensorflowKernels,
  tensorflowPackage,
} from './tensorflow/index.js';
import { type KernelTimes, timeKernels } from './time-kernels.js';
import { loadWebgpu, WEBGPU_BACKEND, webgpuKernels } from './webgpu/index.js';

export const BACKEND_NAMES = ['auto', 'native', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
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

/** While set, kernels are timed; the timed table of each backend is made once. */
let recording: { readonly times: KernelTimes; readonly tables: Map<Kernels, Kernels> } | undefined;

/** Adds the time of every kernel call up into `times`, from now on; undefined ends it. */
export function recordKernelTimes(times: KernelTimes | undefined): void {
  recording = times && { times, tables: new Map() };
}

/** Kernels of the current backend. */
export function currentKernels(): Kernels {
  const kernels = kernelsOfBackend();
  if (recording === undefined) return kernels;
  const timed = recording.tables.get(kernels) ?? timeKernels(kernels, recording.times);
  recording.tables.set(kernels, timed);
  return timed;
}

function kernelsOfBackend(): Kernels {
  const backend = tf.getBackend();
  if (backend === NATIVE_BACKEND) return registerNative()?.kernels ?? PLAIN_KERNELS;
  if (backend === TENSORFLOW_BACKEND) return tensorflowKernels();
  if (backend === WEBGPU_BACKEND) return webgpuKernels();
  return PLAIN_KERNELS;
}

/** Whether numbers on the current backend's device can only be awaited, so that nothing can be read in the middle of a step. */
export function awaitsReads(): boolean {
  return tf.getBackend() === WEBGPU_BACKEND;
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
  else if (name === 'webgpu') current = await useWebgpu();
  else if (name === 'cpu') current = await usePlainCpu();
  else current = await useWasm();
  return current;
}

/** Takes the `auto` backend unless one runs already, chosen here or by the caller's own use of tfjs. */
export async function ensureBackend(): Promise<void> {
  if (current === undefined && !tf.engine().backendName) await useBackend('auto');
}

/** `detail` ends with why this one, and what kept those from being taken that would have come first. */
async function useBest(): Promise<BackendInfo> {
  const notTaken: string[] = [];
  const because = (info: BackendInfo, reason: string): BackendInfo => ({
    ...info,
    detail: `${info.detail}; auto: ${[reason, ...notTaken].join('; ')}`,
  });
  if (mayUseGpu()) {
    const loaded = await loadTensorflow();
    if ('missing' in loaded) notTaken.push(`not tensorflow: ${loaded.missing}`);
    else if (loaded.registration.device === 'gpu') return because(await useTensorflow(), 'it has a GPU');
  }
  const missing = missingNative();
  if (missing === undefined) return because(await useNative(), 'the fastest without a GPU');
  notTaken.push(`not native: ${missing}: \`npm run setup\` builds them with a C++ compiler`);
  if (tensorflowPackage() !== undefined) {
    const loaded = await loadTensorflow();
    if ('registration' in loaded) return because(await useTensorflow(), 'the fastest that is there');
    if (!mayUseGpu()) notTaken.push(`not tensorflow: ${loaded.missing}`);
  }
  return because(await useWasm(), 'always there');
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

async function useTensorflow(): Promise<BackendInfo> {
  const loaded = await loadTensorflow();
  if ('missing' in loaded) throw notToBeHad('tensorflow', loaded.missing);
  if (!(await tf.setBackend(TENSORFLOW_BACKEND))) throw notToBeHad('tensorflow', 'it did not start');
  const { package: name, version, device } = loaded.registration;
  return {
    name: 'tensorflow',
    detail: `TensorFlow ${version} on the ${device.toUpperCase()}, through ${name}`,
    simd: true,
    threads: 0,
    device,
  };
}

async function useWebgpu(): Promise<BackendInfo> {
  const loaded = await loadWebgpu();
  if ('missing' in loaded) throw notToBeHad('webgpu', loaded.missing);
  if (!(await tf.setBackend(WEBGPU_BACKEND))) throw notToBeHad('webgpu', 'it did not start');
  const { adapter, isSoftware } = loaded.registration;
  return {
    name: 'webgpu',
    detail: `WebGPU on ${adapter}${isSoftware ? ', which computes on the CPU' : ''}, through Dawn`,
    simd: true,
    threads: 0,
    device: isSoftware ? 'cpu' : 'gpu',
  };
}

function notToBeHad(name: BackendInfo['name'], reason: string): ConfigError {
  return new ConfigError('BACKEND_MISSING', `backend "${name}": ${reason}; see docs/how-to/choose-a-backend.md`);
}
