/** What the main pass of a step hears: not its own positives, and not the items that are cut, where that is asked for. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import { useBackend } from '../../backend/index.js';
import { choosePropagation } from '../../config/propagation.js';
import { resolveConfig } from '../../config/resolve-config.js';
import { drawCounterKey } from '../../core/counter-rng.js';
import { Rng } from '../../core/rng.js';
import type { ConfigObject } from '../../core/strict-config.js';
import { type Adjacency, normalizedAdjacency } from '../../graph/adjacency.js';
import { Model } from '../model.js';
import { withoutCut } from './cut-items.js';
import { droppedMessages } from './dropped-messages.js';
import { StepPasses } from './step-passes.js';
import { StepViews } from './step-views.js';
import { withoutBatch } from './without-batch.js';

const graph = randomGraph(8, 10, 0.5, 'heard');
const nodes = Int32Array.from({ length: 18 }, (_, node) => node);
const batch = { userIndex: Int32Array.of(0, 3), itemIndex: graph.userNeighbors.slice(0, 2) };

beforeAll(async () => {
  await useBackend('cpu');
});
afterEach(() => tf.disposeVariables());

/** Rows of the main pass, and what the encoder makes of a given adjacency. */
function passes(more: ConfigObject) {
  const config = resolveConfig([{ encoder: { name: 'lightgcn', numLayers: 2, embeddingDim: 4 } }, more], 'test');
  const model = new Model(config, graph);
  const views = new StepViews(config, graph, model);
  const steps = new StepPasses(config, graph, model, views, choosePropagation(config, graph));
  const main = (epoch: number): number[] =>
    tf.tidy(() => {
      const drawn = steps.draw({ epoch, step: 1, batch }, nodes);
      return [
        ...drawn
          .encode([{ pass: 'main', nodes, outputs: ['final'] }])
          .rows(
            0,
            'final',
          )(nodes)
          .dataSync(),
      ];
    });
  const over = (adjacency: Adjacency): number[] =>
    tf.tidy(() => [...model.encoder.encode({ adjacency }).final.dataSync()]);
  return { main, over, views };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i], 5);
}

it('is the whole graph unless asked otherwise', () => {
  const { main, over } = passes({});
  expectClose(main(1), over(normalizedAdjacency(graph)));
});

it('is the graph without the batch under positives.messages without-batch', () => {
  const { main, over } = passes({ positives: { messages: 'without-batch' } });
  const whole = normalizedAdjacency(graph);
  expect(main(1)).not.toEqual(over(whole));
  expectClose(main(1), over(withoutBatch(whole, batch, 8)));
});

it('is the graph without the messages dropped at a step, beside the batch', () => {
  const { main, over } = passes({ positives: { messages: 'without-batch', messageDropout: 0.4 } });
  const open = withoutBatch(normalizedAdjacency(graph), batch, 8);
  const key = drawCounterKey(Rng.of(42, 'message-dropout', 1));
  expect(main(1)).not.toEqual(over(open));
  expectClose(main(1), over(droppedMessages(open, { share: 0.4, key })));
});

it('is the graph without the items that are cut, others each epoch', () => {
  const { main, over, views } = passes({ coldStart: { cutItems: 0.4 } });
  const [first, second] = [views.cutAt(1)!, views.cutAt(2)!];
  expect([...first]).not.toEqual([...second]);
  expectClose(main(1), over(withoutCut(graph, first)));
  expectClose(main(2), over(withoutCut(graph, second)));
  expectClose(main(1), over(withoutCut(graph, first)));
});
