/**
 * tfjs kernels replaced for the native backend: those that training and ranking call on large float32 tensors. Anything
 * that a replacement does not cover (other types, other forms of broadcasting) goes to tfjs's CPU kernel.
 */
import * as tf from '@tensorflow/tfjs';
import { BINARY_KINDS, UNARY_KINDS } from './addon.js';
import type { NativeBackend } from './backend.js';
import { broadcastForm } from './broadcast-form.js';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
/** Computes the kernel natively, or says undefined for what it does not cover. */
type Replacement = (
  backend: NativeBackend,
  inputs: Inputs,
  attributes: tf.NamedAttrMap | undefined,
) => tf.TensorInfo | tf.TensorInfo[] | undefined;

const isFloat = (tensor: tf.TensorInfo): boolean => tensor.dtype === 'float32';
const size = (shape: readonly number[]): number => tf.util.sizeFromShape(shape as number[]);

function binary(kind: number): Replacement {
  return (backend, { a, b }) => {
    if (!isFloat(a) || !isFloat(b)) return undefined;
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const form = broadcastForm(a.shape, b.shape, shape);
    if (form === undefined) return undefined;
    const { info, values } = backend.output(shape);
    const [left, right] = [backend.floats(a), backend.floats(b)];
    backend.addon.binary(kind, left, form.aRepeats, right, form.bRepeats, form.numRows, form.numColumns, values);
    return info;
  };
}

function unary(kind: number): Replacement {
  return (backend, { x }) => {
    if (!isFloat(x)) return undefined;
    const { info, values } = backend.output(x.shape);
    backend.addon.unary(kind, backend.floats(x), values);
    return info;
  };
}

const softmax: Replacement = (backend, { logits }, attributes) => {
  const { shape } = logits;
  const axis = attributes?.dim as number;
  if (!isFloat(logits) || shape.length === 0 || (axis !== -1 && axis !== shape.length - 1)) return undefined;
  const numColumns = shape[shape.length - 1];
  if (numColumns === 0) return undefined;
  const { info, values } = backend.output(shape);
  backend.addon.softmaxRows(backend.floats(logits), size(shape) / numColumns, numColumns, values);
  return info;
};

const addN: Replacement = (backend, inputs) => {
  const terms = Object.values(inputs);
  if (terms.length < 2 || !terms.every(isFloat)) return undefined;
  const { info, values } = backend.output(terms[0].shape);
  backend.addon.addAll(
    terms.map((term) => backend.floats(term)),
    values,
  );
  return info;
};

/** Over the last axes, or over all. */
const sum: Replacement = (backend, { x }, attributes) => {
  if (!isFloat(x)) return undefined;
  const axes = tf.util.parseAxisParam(attributes?.axis as number | number[], x.shape);
  const rank = x.shape.length;
  const kept = rank - axes.length;
  if (axes.some((axis) => axis < kept)) return undefined;
  const numRows = size(x.shape.slice(0, kept));
  const shape = attributes?.keepDims
    ? x.shape.map((length, axis) => (axis < kept ? length : 1))
    : x.shape.slice(0, kept);
  const { info, values } = backend.output(shape);
  if (kept === 0) values[0] = backend.addon.sum(backend.floats(x));
  else backend.addon.sumRows(backend.floats(x), numRows, size(x.shape.slice(kept)), values);
  return info;
};

const batchMatMul: Replacement = (backend, { a, b }, attributes) => {
  const batch = [a, b].map(({ shape }) => shape.slice(0, -2));
  if (!isFloat(a) || !isFloat(b) || batch.some((shape) => size(shape) !== 1)) return undefined;
  const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
  const [numRows, depth] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [depthOfB, numColumns] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  if (depth !== depthOfB) return undefined; // tfjs's kernel has the error
  const leading = tf.broadcast_util.assertAndGetBroadcastShape(batch[0], batch[1]);
  const { info, values } = backend.output([...leading, numRows, numColumns]);
  const [left, right] = [backend.floats(a), backend.floats(b)];
  backend.addon.matMul(left, right, numRows, numColumns, depth, transposeA, transposeB, values);
  return info;
};

const transpose: Replacement = (backend, { x }, attributes) => {
  const perm = attributes?.perm as number[];
  if (!isFloat(x) || x.shape.length !== 2 || perm[0] !== 1) return undefined;
  const [numRows, numColumns] = x.shape;
  const { info, values } = backend.output([numColumns, numRows]);
  backend.addon.transpose(backend.floats(x), numRows, numColumns, values);
  return info;
};

/** Whole rows in one piece. tfjs's kernel would return a view, which keeps the memory of the source from being reused. */
const slice: Replacement = (backend, { x }, attributes) => {
  if (!isFloat(x)) return undefined;
  const { begin, size: wanted } = attributes as { begin: number | number[]; size: number | number[] };
  // tfjs types its helper for tensors; it reads the shape alone
  const [start, lengths] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, wanted);
  tf.slice_util.assertParamsValid(x as tf.Tensor, start, lengths);
  if (!tf.slice_util.isSliceContinous(x.shape, start, lengths)) return undefined;
  const first = tf.slice_util.computeFlatOffset(start, tf.util.computeStrides(x.shape));
  const { info, values } = backend.output(lengths);
  values.set(backend.floats(x).subarray(first, first + values.length));
  return info;
};

/** Along the first axis; the parts are copies, for the same reason. */
const splitV = (
  backend: NativeBackend,
  { x }: Inputs,
  attributes: tf.NamedAttrMap | undefined,
): tf.TensorInfo[] | undefined => {
  const { numOrSizeSplits, axis } = attributes as { numOrSizeSplits: number | number[]; axis: number };
  if (!isFloat(x) || axis !== 0 || !Array.isArray(numOrSizeSplits) || numOrSizeSplits.some((length) => length < 0)) {
    return undefined;
  }
  const rowLength = size(x.shape.slice(1));
  let first = 0;
  return numOrSizeSplits.map((length) => {
    const { info, values } = backend.output([length, ...x.shape.slice(1)]);
    values.set(backend.floats(x).subarray(first, first + length * rowLength));
    first += length * rowLength;
    return info;
  });
};

/** Along the first axis. */
const concat: Replacement = (backend, inputs, attributes) => {
  const parts = Object.values(inputs);
  if (parts.length === 0 || attributes?.axis !== 0 || !parts.every(isFloat)) return undefined;
  const numRows = parts.reduce((total, { shape }) => total + shape[0], 0);
  const { info, values } = backend.output([numRows, ...parts[0].shape.slice(1)]);
  let first = 0;
  for (const part of parts) {
    values.set(backend.floats(part), first);
    first += size(part.shape);
  }
  return info;
};

const REPLACEMENTS: Readonly<Record<string, Replacement>> = Object.freeze({
  ...Object.fromEntries(BINARY_KINDS.map((name, kind) => [name, binary(kind)])),
  ...Object.fromEntries(UNARY_KINDS.map((name, kind) => [name, unary(kind)])),
  Softmax: softmax,
  AddN: addN,
  Sum: sum,
  BatchMatMul: batchMatMul,
  Transpose: transpose,
  Slice: slice,
  SplitV: splitV,
  Concat: concat,
});

/** tfjs kernels that are ours on the native backend. */
export const REPLACED_KERNELS: readonly string[] = Object.freeze(Object.keys(REPLACEMENTS));

/** Registers every CPU kernel of tfjs under `backendName`, with the replacements in front. */
export function registerTfjsKernels(backendName: string): void {
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    const replacement = REPLACEMENTS[kernel.kernelName];
    const kernelFunc: tf.KernelFunc = replacement
      ? (call) =>
          replacement(call.backend as NativeBackend, call.inputs as Inputs, call.attrs) ?? kernel.kernelFunc(call)
      : kernel.kernelFunc;
    tf.registerKernel({ ...kernel, backendName, kernelFunc });
  }
}
