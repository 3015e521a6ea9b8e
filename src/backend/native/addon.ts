/**
 * The compiled kernels (`scripts/build-native.mjs` makes them from the C++ in addon/ and kernels/) and their signatures.
 * All arrays are row-major and passed by reference. Sizes and indices are checked on the other side, which throws
 * TypeError, and so is that no result shares memory with another argument, unless said here.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * out (+)= matrix · x, whole or at some rows. The pattern is checked; `columns` are walked the first time only, so they
 * must not change afterwards.
 */
export interface NativeHop {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
  /** `[numNodes, dim]`, or the rows that `positions` points to. */
  readonly x: Float32Array;
  /** `[numNodes, dim]`, or one row for each of `rows`. */
  readonly out: Float32Array;
  /** Rows of the matrix to compute; default all. */
  readonly rows?: Int32Array;
  /** Row of x that holds a node, −1 where it is zero, `[numNodes]`; default: node i in row i. */
  readonly positions?: Int32Array;
  readonly accumulate?: boolean;
}

export interface NativeAddon {
  /** `simd`: instruction set in use; `threads`: that loops run on. */
  info(): { simd: string; threads: number };
  /** 64-byte aligned, contents undefined. */
  allocate(length: number): Float32Array;
  checkMatrix(offsets: Int32Array, columns: Int32Array, numNodes: number): void;
  /** All hops must have the same number of output rows; `out` may be shared where later ones accumulate. */
  propagate(hops: readonly NativeHop[], dim: number): void;
  /** See `ops/drop-edges.ts`; the pattern must have passed `checkMatrix`. */
  dropEdges(
    offsets: Int32Array,
    columns: Int32Array,
    itemEdges: Int32Array,
    weight: Float32Array | undefined,
    threshold: number,
    keyLow: number,
    keyHigh: number,
    values: Float32Array,
  ): void;
  /** out[i] (+)= scale · table[rows[i]]. */
  gatherRows(
    table: Float32Array,
    rows: Int32Array,
    dim: number,
    scale: number,
    accumulate: boolean,
    out: Float32Array,
  ): void;
  /** out[rows[i]] += scale · source[i], from zero with `clear`. */
  scatterAddRows(
    source: Float32Array,
    rows: Int32Array,
    dim: number,
    scale: number,
    clear: boolean,
    out: Float32Array,
  ): void;
  /** `nodes`: node of each row, for the counters; null where row i is node i. In place is allowed. */
  perturb(
    x: Float32Array,
    dim: number,
    nodes: Int32Array | null,
    magnitude: number,
    keyLow: number,
    keyHigh: number,
    out: Float32Array,
  ): void;
  adam(
    parameter: Float32Array,
    gradient: Float32Array,
    m: Float32Array,
    v: Float32Array,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction: number,
    weightDecay: number,
  ): void;
  /** Fills `hopOffsets`, `[numRows + 1]`, and returns the number of entries. The three that follow: `ops/sampled-block.ts`. */
  hopOffsets(offsets: Int32Array, nodeAt: Int32Array, numRows: number, fanOut: number, hopOffsets: Int32Array): number;
  /** Fills the arrays of entries, writes new nodes to `nodeAt` and `placeOf`, and returns the number of nodes. */
  drawHop(
    offsets: Int32Array,
    columns: Int32Array,
    values: Float32Array,
    itemEdges: Int32Array,
    fanOut: number,
    keyLow: number,
    keyHigh: number,
    nodeAt: Int32Array,
    placeOf: Int32Array,
    numRows: number,
    hopOffsets: Int32Array,
    hopColumns: Int32Array,
    hopEdges: Int32Array,
    hopValues: Float32Array,
  ): number;
  transposePattern(
    offsets: Int32Array,
    columns: Int32Array,
    numColumns: number,
    transposedOffsets: Int32Array,
    rows: Int32Array,
    order: Int32Array,
  ): void;
  /** out (+)= matrix · x for a rectangular matrix; columns are rows of x. */
  propagateBlock(
    offsets: Int32Array,
    columns: Int32Array,
    values: Float32Array,
    x: Float32Array,
    dim: number,
    out: Float32Array,
    accumulate: boolean,
  ): void;
  /** `gradient` row i is about row rows[i] of the other arrays; rows distinct. */
  adamRows(
    parameter: Float32Array,
    gradient: Float32Array,
    rows: Int32Array,
    dim: number,
    m: Float32Array,
    v: Float32Array,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction: number,
    weightDecay: number,
  ): void;
  normalizeRows(x: Float32Array, dim: number, minNorm: number, out: Float32Array, norms: Float32Array): void;
  normalizeRowsGradient(
    unit: Float32Array,
    norms: Float32Array,
    gradient: Float32Array,
    dim: number,
    out: Float32Array,
  ): void;
  /** @returns Σ weight · loss */
  softmaxLoss(
    queries: Float32Array,
    keys: Float32Array,
    dim: number,
    positive: Int32Array,
    temperature: number,
    keyBias: Float32Array | undefined,
    maskOffsets: Int32Array | undefined,
    maskValues: Int32Array | undefined,
    queryWeight: Float32Array | undefined,
    perQuery: Float32Array,
    queryGradient: Float32Array,
    keyGradient: Float32Array,
    maskedBias?: Float32Array,
    decoupled?: boolean,
  ): number;
  /** @returns the mean loss of the rows */
  softCrossEntropy(
    scores: Float32Array,
    targets: Float32Array,
    numRows: number,
    numClasses: number,
    temperature: number,
    gradient: Float32Array,
  ): number;
  /** @returns the column error, or −1 − i where sample i spans more than the exponent holds */
  sinkhorn(
    scores: Float32Array,
    numSamples: number,
    numPrototypes: number,
    epsilon: number,
    iterations: number,
    codes: Float32Array,
  ): number;
  matMul(
    a: Float32Array,
    b: Float32Array,
    numRows: number,
    numColumns: number,
    depth: number,
    transposeA: boolean,
    transposeB: boolean,
    out: Float32Array,
  ): void;
  /** `kind`: index in BINARY_KINDS; `repeats`: 1 along rows + 2 along columns. */
  binary(
    kind: number,
    a: Float32Array,
    aRepeats: number,
    b: Float32Array,
    bRepeats: number,
    numRows: number,
    numColumns: number,
    out: Float32Array,
  ): void;
  /** `kind`: index in UNARY_KINDS. */
  unary(kind: number, x: Float32Array, out: Float32Array): void;
  addAll(terms: readonly Float32Array[], out: Float32Array): void;
  sumRows(x: Float32Array, numRows: number, numColumns: number, out: Float32Array): void;
  sum(x: Float32Array): number;
  softmaxRows(x: Float32Array, numRows: number, numColumns: number, out: Float32Array): void;
  transpose(x: Float32Array, numRows: number, numColumns: number, out: Float32Array): void;
  /** How many items the packed form of `numItems` has room for. */
  packedItems(numItems: number): number;
  /** `packed`: `[packedItems(numItems), dim]`. */
  packItems(items: Float32Array, dim: number, packed: Float32Array): void;
  /** `queryTile`, `itemBlock`: 0 is the kernel's own choice; neither changes the result. */
  topK(
    queries: Float32Array,
    packed: Float32Array,
    numItems: number,
    dim: number,
    queryTile: number,
    itemBlock: number,
    k: number,
    excludeOffsets: Int32Array | undefined,
    excludeValues: Int32Array | undefined,
    ids: Int32Array,
    scores: Float32Array,
  ): void;
  rankCount(
    queries: Float32Array,
    packed: Float32Array,
    numItems: number,
    dim: number,
    queryTile: number,
    itemBlock: number,
    wantedOffsets: Int32Array,
    wantedValues: Int32Array,
    excludeOffsets: Int32Array | undefined,
    excludeValues: Int32Array | undefined,
    positions: Int32Array,
    numRanked: Int32Array,
  ): void;
}

/** tfjs kernel names in the order of the C++ enumeration. */
export const BINARY_KINDS = Object.freeze(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'] as const);
export const UNARY_KINDS = Object.freeze(['Square', 'Sqrt', 'Neg', 'Exp'] as const);

type LoadedAddon = { readonly addon: NativeAddon } | { readonly missing: string };

let loaded: LoadedAddon | undefined;

/** The addon, or why there is none. Tried once a process. */
export function loadAddon(): LoadedAddon {
  loaded ??= tryToLoad();
  return loaded;
}

function tryToLoad(): LoadedAddon {
  // three folders up from src/backend/native and from dist/backend/native alike; the variable is for checks of other
  // builds (scripts/check-sanitizers.mjs)
  const built = fileURLToPath(new URL('../../../build/native/twinlight-native.node', import.meta.url));
  const file = process.env.TWINLIGHT_ADDON || built;
  if (!existsSync(file)) return { missing: 'the native kernels are not built' };
  try {
    return { addon: createRequire(import.meta.url)(file) as NativeAddon };
  } catch (error) {
    return { missing: `the native kernels did not load (${(error as Error).message.split('\n')[0]})` };
  }
}
