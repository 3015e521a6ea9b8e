/**
 * Loads Dawn (npm `webgpu`) and tfjs's WebGPU backend: optional packages, loaded when the backend is asked for and never
 * before. Node has no WebGPU of its own, so the globals that tfjs's backend reads are put in place here, and the device is
 * requested here: tfjs's own request names one feature as a list in a list.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { TwinlightError } from '../../core/errors.js';
import { isInstalled } from '../installed-packages.js';
import type { Kernels } from '../kernels.js';
import { missingLibraries } from '../tensorflow/cuda-libraries.js';
import type { Gpu, GpuAdapter, GpuDevice, WebgpuBackend } from './binding.js';
import { BufferPool } from './buffer-pool.js';
import { DeviceErrors } from './device-errors.js';
import { createWebgpuKernels } from './kernels.js';

export const WEBGPU_BACKEND = 'webgpu';
const WEBGPU_PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu'] as const;

interface WebgpuRegistration {
  /** The adapter's own name for itself. */
  readonly adapter: string;
  /** Whether it computes on the CPU, as SwiftShader does. */
  readonly isSoftware: boolean;
}

type LoadedWebgpu = { readonly registration: WebgpuRegistration } | { readonly missing: string };

interface DawnModule {
  create(options: readonly string[]): Gpu;
  readonly globals: Readonly<Record<string, unknown>>;
}

interface TfjsWebgpuModule {
  readonly WebGPUBackend: new (device: GpuDevice, info: GpuAdapter['info']) => WebgpuBackend;
}

/**
 * Workgroup memory starts as zeros by a loop in the shader instead of an initial value, for which SwiftShader writes one
 * instruction a number: over a second to compile a tile.
 */
const DAWN_OPTIONS = ['disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension'];

/** What Dawn opens on Linux, beside its own binary first. */
const VULKAN_LOADER = 'libvulkan.so.1';

const FEATURES = ['timestamp-query', 'bgra8unorm-storage'];
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

let loaded: Promise<LoadedWebgpu> | undefined;
let kernels: Kernels | undefined;
let errors: DeviceErrors | undefined;
/** Dawn ends the device when nothing refers to this any more. */
let gpu: Gpu | undefined;

/** Tried once a process. Resolves to why not where it can't be had, and never rejects. */
export function loadWebgpu(): Promise<LoadedWebgpu> {
  loaded ??= load();
  return loaded;
}

/** Kernels on the registered backend. */
export function webgpuKernels(): Kernels {
  errors?.check();
  kernels ??= createWebgpuKernels(tf.findBackend(WEBGPU_BACKEND) as unknown as WebgpuBackend);
  return kernels;
}

/** What the device has reported; undefined before it is loaded. */
export function webgpuErrors(): DeviceErrors | undefined {
  return errors;
}

async function load(): Promise<LoadedWebgpu> {
  const absent = WEBGPU_PACKAGES.filter((name) => !isInstalled(name));
  if (absent.length > 0)
    return { missing: `${absent.join(' and ')} ${absent.length > 1 ? 'are' : 'is'} not installed` };
  if (!hasVulkanLoader()) return { missing: `the Vulkan loader (${VULKAN_LOADER}) is not there` };
  let dawn: DawnModule;
  let backend: TfjsWebgpuModule;
  try {
    // before the globals: it would register a backend of its own
    backend = await importModule<TfjsWebgpuModule>(WEBGPU_PACKAGES[1]);
    dawn = await importModule<DawnModule>(WEBGPU_PACKAGES[0]);
  } catch (error) {
    return { missing: `its packages are installed but did not load: ${(error as Error).message.split('\n')[0]}` };
  }
  gpu = dawn.create(DAWN_OPTIONS);
  putGlobals(dawn.globals, gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return { missing: whyNoAdapter() };
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  const watched = new DeviceErrors(device);
  errors = watched;
  // priority 0: never tfjs's own choice
  tf.registerBackend(WEBGPU_BACKEND, () => created(backend, device, adapter, watched), 0);
  const name = adapter.info.device || adapter.info.description || 'a device without a name';
  return { registration: { adapter: name, isSoftware: /swiftshader|llvmpipe|lavapipe|warp|basic render/i.test(name) } };
}

function created(
  { WebGPUBackend }: TfjsWebgpuModule,
  device: GpuDevice,
  { info }: GpuAdapter,
  watched: DeviceErrors,
): WebgpuBackend {
  const backend = new WebGPUBackend(device, info);
  backend.bufferManager.dispose();
  backend.bufferManager = new BufferPool(device);
  const { read } = backend;
  backend.read = async (dataId) => {
    const values = await read.call(backend, dataId);
    await watched.settle();
    return values;
  };
  backend.readSync = (dataId) => {
    const { values } = backend.tensorMap.get(dataId);
    if (values !== null && values !== undefined) return values as ReturnType<typeof backend.readSync>;
    throw new TwinlightError(
      'BACKEND_READ',
      'backend "webgpu": this computation reads numbers back in the middle of a step, which WebGPU can only do ' +
        'asynchronously; choose another backend for it (--backend native or wasm)',
    );
  };
  return backend;
}

/** Enumerable properties of the global object would be copied about; those that exist already stay. */
function putGlobals(globals: Readonly<Record<string, unknown>>, gpuObject: Gpu): void {
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  if (!('navigator' in globalThis)) {
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true, writable: true });
  }
  const { navigator } = globalThis as unknown as { navigator: object };
  Object.defineProperty(navigator, 'gpu', { value: gpuObject, configurable: true, writable: true });
}

/** Asked before Dawn is, which writes to standard error where it finds none. */
function hasVulkanLoader(): boolean {
  if (process.platform !== 'linux' || missingLibraries([VULKAN_LOADER]).length === 0) return true;
  const dawn = dirname(createRequire(import.meta.url).resolve(WEBGPU_PACKAGES[0]));
  return existsSync(join(dawn, 'dist', `linux-${process.arch}`, VULKAN_LOADER));
}

function whyNoAdapter(): string {
  return process.platform === 'linux' ? 'Dawn finds no GPU with a Vulkan driver' : 'Dawn finds no GPU that it can use';
}

/** The name is not a literal, so that a compiler without these packages does not look for them. */
async function importModule<T>(name: string): Promise<T> {
  const module = (await import(name)) as T & { readonly default?: T };
  return module.default ? { ...module.default, ...module } : module;
}
