/**
 * Our own compute shaders on tfjs's WebGPU backend: its queue, its buffers, its tensors. A program is WGSL with its bindings
 * declared in order; running it enqueues one dispatch and returns at once. What a kernel makes on the way lives until its
 * scope ends, which WebGPU allows before the work is done.
 */
import * as tf from '@tensorflow/tfjs';
import { BUFFER_USAGE, type GpuPipeline, type WebgpuBackend } from './binding.js';

/** Element type of a storage buffer. */
type Element = 'f32' | 'i32' | 'u32' | 'vec4<f32>';

/** Compiled once an object: make it once, with `memoized` where it has variants. */
export interface Program {
  /** For error messages and times. */
  readonly name: string;
  /** What is bound read-only, in order; names are WGSL's. */
  readonly reads: Readonly<Record<string, Element>>;
  /** What is bound read-write, after them. */
  readonly writes: Readonly<Record<string, Element>>;
  /** Numbers of `params`, a uniform. */
  readonly params: Readonly<Record<string, 'u32' | 'f32'>>;
  readonly workgroupSize: number;
  /** Declarations at module level: functions, workgroup memory. */
  readonly declarations?: string;
  /** Body of main; `group` is the workgroup's number, `lane` the invocation's within it. */
  readonly body: string;
}

/** Dispatches before tfjs submits, as its own WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE. */
const BATCH = 15;

export class Compute {
  private readonly pipelines = new WeakMap<Program, GpuPipeline>();
  private readonly scopes: tf.TensorInfo[][] = [];

  constructor(readonly backend: WebgpuBackend) {}

  /**
   * Enqueues one run.
   * @param inputs a tensor for each of `reads`, then of `writes`
   * @param params in the order of the program's
   * @param numGroups workgroups; none: nothing happens
   */
  run(program: Program, inputs: readonly tf.TensorInfo[], params: readonly number[], numGroups: number): void {
    if (numGroups === 0) return;
    const { backend } = this;
    const numReads = Object.keys(program.reads).length;
    const buffers = inputs.map((input, i) => {
      backend.uploadToGPU(input.dataId);
      backend.commandQueueOwnedIds.add(input.dataId);
      const data = backend.tensorMap.get(input.dataId);
      if (i >= numReads) data.values = null; // a copy read earlier is out of date now
      return data.resource!;
    });
    const uniform = backend.bufferManager.acquireBuffer(
      16 * Math.ceil(params.length / 4),
      BUFFER_USAGE.copyTarget | BUFFER_USAGE.uniform,
    );
    backend.device.queue.writeBuffer(uniform, 0, pack(program, params, uniform.size));
    backend.uniformPendingDisposal.push(uniform);
    const pipeline = this.pipelineOf(program);
    const group = backend.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [...buffers, uniform].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const isTimed = backend.activeTimers !== undefined && backend.supportTimestampQuery;
    if (isTimed) backend.endComputePassEncoder();
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass(isTimed ? this.timedPass() : {});
    backend.computePassEncoder.setPipeline(pipeline);
    backend.computePassEncoder.setBindGroup(0, group);
    const widest = backend.device.limits.maxComputeWorkgroupsPerDimension;
    const rows = Math.ceil(numGroups / widest);
    backend.computePassEncoder.dispatchWorkgroups(Math.ceil(numGroups / rows), rows);
    backend.dispatchCountInPass++;
    if (isTimed) {
      backend.endComputePassEncoder();
      backend.activeTimers!.push({ name: program.name, query: backend.getQueryTime() });
    } else if (backend.dispatchCountInPass >= BATCH) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }

  /** As tfjs times its own programs within `tf.time`. */
  private timedPass(): object {
    const { backend } = this;
    backend.querySet ??= backend.device.createQuerySet({ type: 'timestamp', count: backend.querySetCount });
    return {
      timestampWrites: { querySet: backend.querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    };
  }

  /** Float32 numbers, undefined before they are written. */
  floats(...shape: number[]): tf.TensorInfo {
    // data without numbers has no buffer to be read from
    const values = shape.includes(0) ? new Float32Array(0) : undefined;
    return this.own(this.backend.makeTensorInfo(shape, 'float32', values));
  }

  /** 32-bit integers, undefined before they are written; a shader may take them for unsigned ones. */
  integers(...shape: number[]): tf.TensorInfo {
    return this.own(this.backend.makeTensorInfo(shape, 'int32'));
  }

  /** A copy of an array on the device. */
  upload(array: Float32Array | Int32Array): tf.TensorInfo {
    // nothing can't be bound
    const values = array.length > 0 ? array : array instanceof Int32Array ? new Int32Array(1) : new Float32Array(1);
    const type = values instanceof Int32Array ? 'int32' : 'float32';
    const info = this.own(this.backend.makeTensorInfo([values.length], type, values));
    this.backend.uploadToGPU(info.dataId);
    return info;
  }

  /** Runs `body` and frees what it made, but for what was handed to tfjs or returned: that goes to the scope around. */
  scope<T>(body: () => T): T {
    this.scopes.push([]);
    let result: T | undefined;
    try {
      result = body();
      return result;
    } finally {
      for (const info of this.scopes.pop()!) {
        if ((info as unknown) === result) this.own(info);
        else this.backend.disposeData(info.dataId);
      }
    }
  }

  /** Hands a result to tfjs. */
  tensor<T extends tf.Tensor = tf.Tensor2D>(info: tf.TensorInfo): T {
    this.release(info);
    return tf.engine().makeTensorFromTensorInfo(info, this.backend) as T;
  }

  /** Takes data out of all scopes: the caller frees it. */
  release(info: tf.TensorInfo): tf.TensorInfo {
    for (const made of this.scopes) {
      const at = made.indexOf(info);
      if (at >= 0) made.splice(at, 1);
    }
    return info;
  }

  /** The numbers of data in no scope, which is freed. */
  async read<T extends Float32Array | Int32Array>(info: tf.TensorInfo): Promise<T> {
    try {
      return (await this.backend.read(info.dataId)) as T;
    } finally {
      this.backend.disposeData(info.dataId);
    }
  }

  private own(info: tf.TensorInfo): tf.TensorInfo {
    this.scopes.at(-1)?.push(info);
    return info;
  }

  private pipelineOf(program: Program): GpuPipeline {
    const known = this.pipelines.get(program);
    if (known) return known;
    const { device } = this.backend;
    const code = sourceOf(program);
    const label = program.name;
    const pipeline = device.createComputePipeline({
      label,
      layout: 'auto',
      compute: { module: device.createShaderModule({ label, code }), entryPoint: 'main' },
    });
    this.pipelines.set(program, pipeline);
    return pipeline;
  }
}

/** A program for each combination of arguments, made once. */
export function memoized<A extends readonly (string | number | boolean)[]>(make: (...args: A) => Program) {
  const made = new Map<string, Program>();
  return (...args: A): Program => {
    const key = args.join('/');
    const program = made.get(key) ?? make(...args);
    made.set(key, program);
    return program;
  };
}

function sourceOf({ reads, writes, params, workgroupSize, declarations = '', body }: Program): string {
  const bindings = [
    ...Object.entries(reads).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`),
    ...Object.entries(writes).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`),
    'var<uniform> params: Params;',
  ];
  return `struct Params { ${Object.entries(params)
    .map(([name, type]) => `${name}: ${type}`)
    .join(', ')} }
${bindings.map((binding, i) => `@group(0) @binding(${i}) ${binding}`).join('\n')}
${declarations}
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.y * workgroups.x + workgroup.x;
${body}
}`;
}

function pack({ params }: Program, values: readonly number[], bytes: number): ArrayBuffer {
  const packed = new DataView(new ArrayBuffer(bytes));
  for (const [i, type] of Object.values(params).entries()) {
    if (type === 'u32') packed.setUint32(4 * i, values[i], true);
    else packed.setFloat32(4 * i, values[i], true);
  }
  return packed.buffer as ArrayBuffer;
}
