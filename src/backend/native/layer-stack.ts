/** The stack of combinations of layers, or its gradient, in the addon's memory: for passes over a graph and over a block. */
import type { BlockPass, LayerPass } from '../kernels.js';
import type { PassPlan } from '../layer-plan.js';
import type { NativeAddon } from './addon.js';

type Plan = PassPlan<LayerPass | BlockPass>;

export class LayerStack {
  constructor(
    private readonly addon: NativeAddon,
    /** `[Σ numRows · numCombinations, dim]`. */
    private readonly values: Float32Array,
    private readonly dim: number,
  ) {}

  /** Sets the rows of combinations of no layer, which nothing else writes. */
  clearEmpty(plan: Plan): void {
    for (const start of plan.emptyStarts) this.part(plan, start).fill(0);
  }

  /** Adds a layer, weighted, to each combination that it has a share in. @param rows of `layer` that the pass asks for */
  emit(plan: Plan, k: number, layer: Float32Array, rows: Int32Array): void {
    for (const { weight, start, isFirst } of plan.terms[k]) {
      this.addon.gatherRows(layer, rows, this.dim, weight, !isFirst, this.part(plan, start));
    }
  }

  /** Adds the gradient of layer k to `out` at the pass's rows, or where those lie in it. */
  scatter(plan: Plan, k: number, out: Float32Array, places = plan.pass.rows): void {
    for (const { weight, start } of plan.terms[k]) {
      this.addon.scatterAddRows(this.part(plan, start), places, this.dim, weight, false, out);
    }
  }

  private part({ pass }: Plan, start: number): Float32Array {
    return this.values.subarray(start * this.dim, (start + pass.rows.length) * this.dim);
  }
}
