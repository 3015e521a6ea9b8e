/** What is read from a schema about its options: names, kinds, bounds, defaults, meanings, and of which kinds they are. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { optionsOf } from './schema-options.js';

it('tells kind, bounds, default and meaning', () => {
  const schema = z.strictObject({
    name: z.literal('entry'),
    count: z.number().int().min(1).max(9).default(3).describe('how many'),
    share: z.number().gt(0).lt(1).optional().describe('how much'),
    files: z.array(z.string()),
    by: z.enum(['a', 'b']).default('a'),
  });
  expect(optionsOf(schema)).toEqual([
    { name: 'count', kind: 'number', range: 'whole, 1 to 9', default: 3, optional: false, description: 'how many' },
    { name: 'share', kind: 'number', range: '> 0, < 1', optional: true, description: 'how much' },
    { name: 'files', kind: 'list of text', optional: false },
    { name: 'by', kind: 'a | b', default: 'a', optional: false },
  ]);
});

it('opens sections, and tells which of their kinds an option belongs to', () => {
  const size = z.number().default(1).describe('size');
  const kinds = z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('x'), size }),
    z.strictObject({ name: z.literal('y'), size, depth: z.number() }),
  ]);
  const expected = [
    { name: 'part.name', kind: 'x | y', default: 'x', optional: false, description: 'which part' },
    { name: 'part.size', kind: 'number', default: 1, optional: false, description: 'size' },
    { name: 'part.depth', kind: 'number', optional: false, of: ['y'] },
  ];
  const part = kinds.prefault({ name: 'x' }).describe('which part');
  expect(optionsOf(z.strictObject({ part }))).toEqual(expected);
  const preprocessed = z
    .preprocess((value) => value, kinds)
    .prefault({ name: 'x' })
    .describe('which part');
  expect(optionsOf(z.strictObject({ part: preprocessed }))).toEqual(expected);
});

it('knows a kind without a name, which is what its keys say', () => {
  const size = z.number();
  const part = z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('x'), size, depth: z.number() }),
    z.strictObject({ name: z.undefined().optional(), size, rows: z.string() }),
  ]);
  expect(optionsOf(z.strictObject({ part }))).toEqual([
    { name: 'part.name', kind: 'x', optional: false },
    { name: 'part.size', kind: 'number', optional: false },
    { name: 'part.depth', kind: 'number', optional: false, of: ['x'] },
    { name: 'part.rows', kind: 'text', optional: false },
  ]);
});

it('opens the objects that a value may be in place of a number or a text', () => {
  const schema = z.strictObject({
    heat: z
      .union([
        z.number().min(0),
        z.strictObject({ name: z.literal('falling'), from: z.number().default(2) }),
        z.strictObject({ name: z.literal('learned'), from: z.number().default(2), most: z.number() }),
      ])
      .default(1),
  });
  expect(optionsOf(schema)).toEqual([
    { name: 'heat', kind: 'number | { name: falling | learned, … }', range: '≥ 0', default: 1, optional: false },
    { name: 'heat.from', kind: 'number', default: 2, optional: false, of: ['falling', 'learned'] },
    { name: 'heat.most', kind: 'number', optional: false, of: ['learned'] },
  ]);
});

it('opens the objects of a map, whose keys anybody may choose, and kinds that are told by another key', () => {
  const kinds = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('x'), size: z.number().default(1) }),
    z.strictObject({ kind: z.literal('y'), size: z.number().default(1), depth: z.number().default(2) }),
  ]);
  expect(optionsOf(z.strictObject({ columns: z.record(z.string(), z.union([z.enum(['x', 'y']), kinds])) }))).toEqual([
    { name: 'columns', kind: 'map to x | y | { kind: x | y, … }', optional: false },
    { name: 'columns.NAME.size', kind: 'number', default: 1, optional: false, of: ['x', 'y'] },
    { name: 'columns.NAME.depth', kind: 'number', default: 2, optional: false, of: ['y'] },
  ]);
});
