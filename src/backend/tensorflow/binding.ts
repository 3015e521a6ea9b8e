/**
 * What we use of the backend that tfjs-node 4.22 registers. Some members are private in its types: there is no public way
 * to run an op whose result is not a tfjs tensor (a sparse matrix, unsigned integers, a resource).
 */
import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs';

/** A tensor in TensorFlow's memory that tfjs knows nothing of. */
export interface Handle {
  readonly id: number;
  readonly shape: number[];
  /** TensorFlow's number of the element type. */
  readonly dtype: number;
}

export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

interface TensorflowBinding {
  /** The array is shared with TensorFlow until the tensor is deleted, not copied. */
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  executeOp(name: string, attributes: readonly OpAttribute[], inputs: readonly number[], numOutputs: number): Handle[];
  getNumOfTensors(): number;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

export interface TensorflowBackend extends KernelBackend {
  readonly binding: TensorflowBinding;
  readonly isUsingGpuDevice: boolean;
  /** Uploads what is still a JavaScript array. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** A tfjs tensor that owns the handle; float32, int32 and bool only. */
  createOutputTensor(handle: Handle): Tensor;
  readonly tensorMap: { get(dataId: object): { id: number; values: unknown } };
}

/** Numbers of `TF_DataType`. */
export const TYPE_NUMBERS = Object.freeze({
  float: 1,
  double: 2,
  int32: 3,
  int64: 9,
  bool: 10,
  uint32: 22,
});
export type TypeName = keyof typeof TYPE_NUMBERS;
