/** What is no extension is refused by the name of the row, before anything is made of it. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ownExtensions } from '../../../tests/own-extensions.js';
import { BUILT_IN } from '../registries.js';
import type { Extensions } from './extensions.js';
import { registriesWith } from './registries-with.js';

const { losses, views, rows, negativeSources, metrics } = ownExtensions;
const loss = losses['squared-hinge'];
const shape = loss.schema.shape;

function refusalOf(extensions: unknown): Error {
  try {
    registriesWith(extensions as Extensions, 'mine.mjs');
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}

it('without any there are the built-in registries', () => {
  expect(registriesWith()).toBe(BUILT_IN);
  expect(registriesWith({})).toBe(BUILT_IN);
  expect(Object.keys(registriesWith({ losses: undefined }).losses.main)).toEqual(Object.keys(BUILT_IN.losses.main));
});

it.each([
  [{ losses: { bpr: loss } }, /mine\.mjs: losses: the name "bpr" is taken/],
  [{ losses: { swav: loss } }, /"swav" is taken/],
  [{ losses: { l2: loss } }, /"l2" is taken/],
  [{ views: { identity: views['popular-dropout'] } }, /views: the name "identity" is taken/],
  [{ rows: { table: rows.hashed } }, /rows: the name "table" is taken/],
  [{ negativeSources: { uniform: negativeSources['co-taken'] } }, /"uniform" is taken/],
  [{ metrics: { recall: metrics.f1 } }, /metrics: the name "recall" is taken/],
  [{ metrics: { 'f1@10': metrics.f1 } }, /"f1@10" can't be a name/],
  [{ views: JSON.parse('{"__proto__": {}}') }, /"__proto__" can't be a name/],
])('a name that is taken or none: %#', (extensions, message) => {
  const refusal = refusalOf(extensions);
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ code: 'EXTENSION_NAME', exitCode: 2 });
});

it.each([
  [null, /mine\.mjs: expected an object with some of losses, views/],
  [[], /expected an object/],
  [{ loss: {} }, /mine\.mjs: loss: no such kind \(did you mean "losses"\?\)/],
  [{ losses: [] }, /losses: expected rows by name/],
  [{ losses: { mine: 3 } }, /losses\.mine: expected a row, got 3/],
  [{ losses: { mine: { ...loss, role: 'regularisation' } } }, /as mainLoss, contrastiveLoss or prototypeLoss makes it/],
  [
    { losses: { mine: { role: 'main', schema: loss.schema } } },
    /losses\.mine: expected a function compute, as mainLoss/,
  ],
  [
    { losses: { mine: { ...loss, negatives: 'few' } } },
    /negatives: expected softmax \| sampled \| pairwise \| none, got few/,
  ],
  [
    { losses: { mine: { ...loss, schema: undefined } } },
    /schema: expected z\.strictObject\({ name: z\.literal\('mine'\), … }\)/,
  ],
  [{ losses: { mine: { ...loss, schema: z.object(shape) } } }, /schema: expected z\.strictObject/],
  [{ losses: { mine: { ...loss, schema: z.string() } } }, /schema: expected z\.strictObject/],
  [{ losses: { mine: loss } }, /losses\.mine: schema: expected name: z\.literal\('mine'\), as the row is called/],
  [{ losses: { mine: { ...loss, schema: z.strictObject({ weight: shape.weight }) } } }, /expected name: z\.literal/],
  [
    { losses: { mine: { ...loss, schema: z.strictObject({ name: z.literal('mine'), weight: shape.weight }) } } },
    /schema: expected the options similarity too/,
  ],
  [
    { losses: { 'squared-hinge': { ...loss, doc: { formula: 'x' } } } },
    /doc: expected texts formula, when, goesWrong, source/,
  ],
  [
    { views: { mine: { ...views['popular-dropout'], changes: undefined } } },
    /changes: expected nothing \| graph \| embeddings/,
  ],
  [{ rows: { mine: { ...rows.hashed, create: undefined } } }, /expected a function create, as defineRows takes it/],
  [
    {
      negativeSources: {
        mine: { ...negativeSources['co-taken'], schema: z.strictObject({ name: z.literal('mine') }) },
      },
    },
    /expected the options fromStep, untilStep, afterStall too/,
  ],
  [
    { metrics: { mine: { kind: 'rank', higherIsBetter: true } } },
    /metrics\.mine: kind: expected list \| exposure, got rank/,
  ],
  [{ metrics: { mine: { kind: 'list', higherIsBetter: true } } }, /metrics\.mine: expected a function ofList/],
  [{ metrics: { mine: { kind: 'list', ofList: () => 0 } } }, /expected higherIsBetter/],
])('what is no row: %#', (extensions, message) => {
  const refusal = refusalOf(extensions);
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ code: 'EXTENSION_ROW', exitCode: 2 });
});
