/**
 * What `layerRows` and `blockLayerRows` do on every backend alike: which layers a pass needs, which of them go into which
 * combination and in what order, and where a combination lies in the stack of all. The stack has pass by pass, within a
 * pass combination by combination, each `[numRows, dim]`.
 */
import type { BlockPass, LayerPass } from './kernels.js';

/** The share of one layer in one combination. */
interface LayerTerm {
  /** Never 0. */
  readonly weight: number;
  /** Row of the stack at which the combination begins. */
  readonly start: number;
  /** Whether no layer below has a share: the term sets the rows, others are added to them. */
  readonly isFirst: boolean;
}

export interface PassPlan<Pass extends LayerPass | BlockPass> {
  readonly pass: Pass;
  /** The highest layer that has a share in any combination; 0 where none has. Layers above it are not needed. */
  readonly lastLayer: number;
  /** Shares of layer 0 … lastLayer, each in the order of the combinations: sums are made in this order. */
  readonly terms: readonly (readonly LayerTerm[])[];
  /** Row of the stack at which each combination begins, `[numCombinations]`. */
  readonly starts: readonly number[];
  /** The same of those that have a share of no layer: their rows are zero. */
  readonly emptyStarts: readonly number[];
}

/** @returns a plan a pass, and the rows of the stack */
export function planPasses<Pass extends LayerPass | BlockPass>(
  passes: readonly Pass[],
): { readonly plans: readonly PassPlan<Pass>[]; readonly numRows: number } {
  let numRows = 0;
  const plans = passes.map((pass) => {
    const plan = planPass(pass, numRows);
    numRows += pass.rows.length * pass.combinations.length;
    return plan;
  });
  return { plans, numRows };
}

/** @param firstRow of the pass in the stack */
function planPass<Pass extends LayerPass | BlockPass>(pass: Pass, firstRow: number): PassPlan<Pass> {
  const { rows, combinations } = pass;
  const starts = combinations.map((_, j) => firstRow + j * rows.length);
  const firstLayers = combinations.map((weights) => weights.findIndex((weight) => weight !== 0));
  const lastLayer = Math.max(0, ...combinations.map((weights) => weights.findLastIndex((weight) => weight !== 0)));
  const termsOf = (layer: number): LayerTerm[] =>
    combinations.flatMap((weights, j) =>
      weights[layer] === 0 ? [] : [{ weight: weights[layer], start: starts[j], isFirst: firstLayers[j] === layer }],
    );
  return {
    pass,
    lastLayer,
    terms: Array.from({ length: lastLayer + 1 }, (_, layer) => termsOf(layer)),
    starts,
    emptyStarts: starts.filter((_, j) => firstLayers[j] < 0),
  };
}

/**
 * Rows of an array that has a row for each node that a pass asks for and no other, numbered as they come.
 *
 * @returns placeOf: row of each node, −1 where it has none, `[numNodes]`
 */
export function placesOfRows(
  passes: readonly LayerPass[],
  numNodes: number,
): { readonly placeOf: Int32Array; readonly numPlaces: number } {
  const placeOf = new Int32Array(numNodes).fill(-1);
  let numPlaces = 0;
  for (const { rows } of passes) {
    for (const row of rows) if (placeOf[row] < 0) placeOf[row] = numPlaces++;
  }
  return { placeOf, numPlaces };
}
