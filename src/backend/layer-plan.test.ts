import { expect, it } from 'vitest';
import type { LayerPass } from './kernels.js';
import { placesOfRows, planPasses } from './layer-plan.js';

const pass = (rows: number[], combinations: number[][]): LayerPass => ({
  numLayers: 2,
  rows: Int32Array.from(rows),
  combinations,
});

it('a plan has the shares of layers in the order in which they are added, and where each combination begins', () => {
  const passes = [
    pass(
      [4, 7, 9],
      [
        [0, 0.5, 0],
        [0, 0, 0],
        [0.25, 0.75, 0],
      ],
    ),
    pass([1], [[0, 0, 1]]),
  ];
  const { plans, numRows } = planPasses(passes);
  expect(numRows).toBe(10);
  expect(plans).toEqual([
    {
      pass: passes[0],
      lastLayer: 1,
      terms: [
        [{ weight: 0.25, start: 6, isFirst: true }],
        [
          { weight: 0.5, start: 0, isFirst: true },
          { weight: 0.75, start: 6, isFirst: false },
        ],
      ],
      starts: [0, 3, 6],
      emptyStarts: [3],
    },
    {
      pass: passes[1],
      lastLayer: 2,
      terms: [[], [], [{ weight: 1, start: 9, isFirst: true }]],
      starts: [9],
      emptyStarts: [],
    },
  ]);
  expect(planPasses([pass([1, 2], [[0, 0, 0]])]).plans[0].lastLayer).toBe(0);
});

it('rows of several passes are numbered as they come, once each', () => {
  const { placeOf, numPlaces } = placesOfRows([pass([2, 4], []), pass([0, 4], [])], 5);
  expect([...placeOf]).toEqual([2, -1, 0, -1, 1]);
  expect(numPlaces).toBe(3);
});
