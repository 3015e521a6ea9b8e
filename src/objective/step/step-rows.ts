/**
 * Which rows of which encoder passes one step needs, asked for in one go: the batch's nodes under the main pass and
 * under each view, every node of the second view where all nodes are contrastive candidates.
 */

import type { RunConfig } from '../../config/run-config.js';
import type { EncoderOutput, NodeRows, RowRequest } from '../../encoders/index.js';
import type { ActiveLosses } from '../../losses/index.js';
import type { DrawnStep } from './drawn-step.js';
import type { PassName } from './step-passes.js';

export interface StepRows {
  readonly main: NodeRows;
  /** Of the table; zeros for nodes without a row. */
  readonly table: NodeRows;
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
  { contrastive }: ActiveLosses,
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
  if (l2.weight > 0) requests.push({ pass: 'main', nodes: nodes.regularised, outputs: ['table'] });
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
    table: l2.weight > 0 ? rowsOf('main', 'table') : main,
    first: has('first') ? rowsOf('first', 'final') : main,
    second: second ?? (has('second') ? rowsOf('second', 'final') : main),
  };
}
