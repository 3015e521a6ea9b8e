/** A step with all that is drawn for it before anything is computed. */
import type { DrawnNeighbours } from './neighbour-draws.js';
import type { StepContext } from './step-context.js';
import type { DrawnNegatives } from './step-negatives.js';
import type { StepNodes } from './step-nodes.js';
import type { DrawnPasses } from './step-passes.js';

export interface DrawnStep extends StepContext {
  readonly negatives: DrawnNegatives;
  readonly nodes: StepNodes;
  /** Where the contrastive loss asks for them. */
  readonly neighbours?: DrawnNeighbours;
  readonly passes: DrawnPasses;
}
