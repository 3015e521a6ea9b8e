/**
 * Which rows of which encoder passes one step needs, asked for in one go: the batch's nodes under the main pass and
 * under each view, every node of the second view where all nodes are contrastive candidates.
 */

import type { RunConfig } from '../../config/run-config.js';
import type { EncoderOutput, NodeRows, RowRequest } from '../../encoders/index.js';
import type { LossesOptions } from '../../losses/index.js';
import type { Model } from '../model.js';
import type { DrawnStep } from './drawn-step.js';
import type { PassName } from './step-passes.js';

export interface StepRows {
  readonly main: NodeRows;
  /** What L2 holds back: of the table (zeros for nodes without a row), or of each layer; none without L2. */
  readonly regularised: readonly NodeRows[];
  readonly first: NodeRows;
  /** For every node, if the contrastive candidates are all nodes. */
  readonly second: NodeRows;
}

/** The main pass alone, for the nodes `viewed`. */
export function encodeMain({ passes, nodes }: DrawnStep): NodeRows {
  return passes.encode([{ pass: 'main', nodes: nodes.viewed, outputs: ['final'] }]).rows(0, 'final');
}

export function encodeStep(
  { passes, nodes }: DrawnStep,
  { views, losses: { l2 } }: RunConfig,
  { losses: { contrastive }, encoder: { numLayers } }: Pick<Model, 'losses' | 'encoder'>,
): StepRows {
  const has = (pass: PassName): boolean => passes.names.includes(pass);
  const crossLayer = views.pairing === 'cross-layer';
  const wholeSecond = contrastive?.row.everyNode?.(contrastive.options) !== undefined;
  const everyNode = (): Int32Array => Int32Array.from({ length: nodes.numNodes }, (_, node) => node);
  const requests: RowRequest<PassName>[] = [
    {
      pass: 'main',
      nodes: wholeSecond && !has('second') ? everyNode() : nodes.asked,
      outputs: crossLayer ? ['final', views.contrastLayer] : ['final'],
    },
  ];
  const regularised = l2.weight > 0 ? regularisedOutputs(l2.of, numLayers) : [];
  const l2Request = requests.length;
  if (regularised.length > 0) requests.push({ pass: 'main', nodes: nodes.regularised, outputs: regularised });
  if (has('first')) requests.push({ pass: 'first', nodes: nodes.viewed, outputs: ['final'] });
  if (has('second')) {
    requests.push({ pass: 'second', nodes: wholeSecond ? everyNode() : nodes.viewed, outputs: ['final'] });
  }
  const encoded = passes.encode(requests);
  const rowsOf = (pass: PassName, output: EncoderOutput): NodeRows => {
    const at = requests.findIndex((request) => request.pass === pass && request.outputs.includes(output));
    return encoded.rows(at, output);
  };
  const main = rowsOf('main', 'final');
  const second = crossLayer ? rowsOf('main', views.contrastLayer) : undefined;
  return {
    main,
    regularised: regularised.map((output) => encoded.rows(l2Request, output)),
    first: has('first') ? rowsOf('first', 'final') : main,
    second: second ?? (has('second') ? rowsOf('second', 'final') : main),
  };
}

function regularisedOutputs(of: LossesOptions['l2']['of'], numLayers: number): EncoderOutput[] {
  return of === 'table' ? ['table'] : Array.from({ length: numLayers + 1 }, (_, layer) => layer);
}
