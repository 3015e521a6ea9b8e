/**
 * TensorFlow ops by name, at once, on handles that tfjs does not track. Results live until the scope they were made in
 * ends; `tensor` hands one to tfjs. Inputs may be handles or tfjs tensors, in any mixture.
 */
import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import { type Handle, type OpAttribute, type TensorflowBackend, TYPE_NUMBERS, type TypeName } from './binding.js';

export type Input = Handle | TensorInfo;
/** Booleans and whole numbers are themselves, a name of an element type is a type. */
type AttributeValue = boolean | number | TypeName | { readonly text: string } | { readonly shape: number[] };

export class Eager {
  private readonly scopes: Set<number>[] = [];

  constructor(readonly backend: TensorflowBackend) {}

  /** The first output of an op. */
  run(name: string, attributes: Readonly<Record<string, AttributeValue>>, ...inputs: readonly Input[]): Handle {
    return this.own(this.execute(name, attributes, inputs, 1)[0]);
  }

  /** An op without outputs. */
  do(name: string, attributes: Readonly<Record<string, AttributeValue>>, ...inputs: readonly Input[]): void {
    this.execute(name, attributes, inputs, 0);
  }

  /** Shares the array with TensorFlow: it must not change while the handle, or anything that may alias it, lives. */
  floats(values: Float32Array, shape: readonly number[] = [values.length]): Handle {
    return this.create(shape, 'float', values);
  }

  int32(values: Int32Array, shape: readonly number[] = [values.length]): Handle {
    return this.create(shape, 'int32', values);
  }

  /** @param values low half, high half of each number */
  int64(values: Int32Array, shape: readonly number[]): Handle {
    return this.create(shape, 'int64', values);
  }

  float(value: number): Handle {
    return this.floats(Float32Array.of(value), []);
  }

  int(value: number): Handle {
    return this.int32(Int32Array.of(value), []);
  }

  /** Runs `body` and frees every handle that it made, but a handle that it returns: that goes to the scope around. */
  scope<T>(body: () => T): T {
    const made = new Set<number>();
    this.scopes.push(made);
    let result: T | undefined;
    try {
      result = body();
      return result;
    } finally {
      this.scopes.pop();
      if (isHandle(result) && made.delete(result.id)) this.own(result);
      for (const id of made) this.backend.binding.deleteTensor(id);
    }
  }

  /** Ends a handle before its scope does. */
  free(handle: Handle): void {
    if (this.disown(handle)) this.backend.binding.deleteTensor(handle.id);
  }

  /** Takes a handle out of all scopes: the caller deletes it. */
  release(handle: Handle): Handle {
    this.disown(handle);
    return handle;
  }

  /** Hands a handle to tfjs. */
  tensor<T extends Tensor>(handle: Handle): T {
    return this.backend.createOutputTensor(this.release(handle)) as T;
  }

  private create(shape: readonly number[], type: TypeName, values: Float32Array | Int32Array): Handle {
    const id = this.backend.binding.createTensor(shape, TYPE_NUMBERS[type], values);
    return this.own({ id, shape: [...shape], dtype: TYPE_NUMBERS[type] });
  }

  private execute(
    name: string,
    attributes: Readonly<Record<string, AttributeValue>>,
    inputs: readonly Input[],
    numOutputs: number,
  ): Handle[] {
    const { backend } = this;
    const ids = inputs.map((input) => ('dataId' in input ? backend.getInputTensorIds([input])[0] : input.id));
    const given = Object.entries(attributes).map(([attribute, value]) => this.attribute(attribute, value));
    return backend.binding.executeOp(name, given, ids, numOutputs);
  }

  private own(handle: Handle): Handle {
    this.scopes.at(-1)?.add(handle.id);
    return handle;
  }

  private disown({ id }: Handle): boolean {
    return this.scopes.some((made) => made.delete(id));
  }

  private attribute(name: string, value: AttributeValue): OpAttribute {
    const { binding } = this.backend;
    if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value };
    if (typeof value === 'number') return { name, type: binding.TF_ATTR_INT, value };
    if (typeof value === 'string') return { name, type: binding.TF_ATTR_TYPE, value: TYPE_NUMBERS[value] };
    if ('text' in value) return { name, type: binding.TF_ATTR_STRING, value: value.text };
    return { name, type: binding.TF_ATTR_SHAPE, value: value.shape };
  }
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'id' in value && !('dataId' in value);
}
