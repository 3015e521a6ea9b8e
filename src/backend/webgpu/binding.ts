/**
 * What we use of WebGPU itself and of the backend that @tensorflow/tfjs-backend-webgpu 4.22 has. Some members are private
 * in its types: it has no public way to run a shader with more than one output, or on a variable in place.
 */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs';

export interface GpuBuffer {
  readonly size: number;
  readonly usage: number;
  destroy(): void;
}

interface GpuComputePass {
  setPipeline(pipeline: GpuPipeline): void;
  setBindGroup(index: number, group: object): void;
  dispatchWorkgroups(x: number, y: number): void;
}

export interface GpuPipeline {
  getBindGroupLayout(index: number): object;
}

export interface GpuDevice {
  readonly limits: { readonly maxComputeWorkgroupsPerDimension: number; readonly maxStorageBufferBindingSize: number };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  readonly queue: {
    writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBufferView | ArrayBuffer): void;
    onSubmittedWorkDone(): Promise<unknown>;
  };
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: { message: string } }) => void): void;
  createBuffer(descriptor: { size: number; usage: number; mappedAtCreation: boolean }): GpuBuffer;
  createShaderModule(descriptor: { label: string; code: string }): object;
  createComputePipeline(descriptor: {
    label: string;
    layout: 'auto';
    compute: { module: object; entryPoint: string };
  }): GpuPipeline;
  createQuerySet(descriptor: { type: 'timestamp'; count: number }): object;
  createBindGroup(descriptor: {
    layout: object;
    entries: readonly { binding: number; resource: { buffer: GpuBuffer } }[];
  }): object;
}

export interface GpuAdapter {
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  readonly info: { readonly vendor: string; readonly device: string; readonly description: string };
  requestDevice(descriptor: object): Promise<GpuDevice>;
}

export interface Gpu {
  requestAdapter(options: object): Promise<GpuAdapter | null>;
}

/** `GPUBufferUsage`, as the standard numbers it. */
export const BUFFER_USAGE = Object.freeze({ copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 });

/** Buffers by size and usage; `buffer-pool.ts` replaces tfjs's. */
export interface BufferManager {
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GpuBuffer;
  releaseBuffer(buffer: GpuBuffer, reuse?: boolean): void;
  dispose(): void;
  readonly numBytesUsed: number;
  readonly numBytesAllocated: number;
}

export interface WebgpuBackend extends KernelBackend {
  readonly device: GpuDevice;
  bufferManager: BufferManager;
  computePassEncoder: GpuComputePass | null;
  readonly commandEncoder: { beginComputePass(descriptor: object): GpuComputePass } | null;
  dispatchCountInPass: number;
  /** Data that commands not yet submitted use: freed after they are. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  readonly uniformPendingDisposal: GpuBuffer[];
  readonly tensorMap: {
    /** `values`: a copy of the numbers in JavaScript's memory, where there is one. */
    get(dataId: object): { resource?: GpuBuffer | null; values: unknown };
  };
  /** While `tf.time` is under way, where the time of each program goes. */
  readonly activeTimers?: { name: string; query: Promise<number> }[];
  readonly supportTimestampQuery: boolean;
  querySet: object | null;
  readonly querySetCount: number;
  /** Submits, and resolves to the milliseconds of the last pass. */
  getQueryTime(): Promise<number>;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  /** Makes a buffer for data without one, from `values` where there are some, undefined numbers otherwise. */
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: readonly number[], dtype: string, values?: Float32Array | Int32Array): TensorInfo;
}
