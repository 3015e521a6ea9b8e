import { expect, it } from 'vitest';
import type { FeatureColumn } from '../data/feature-table.js';
import { Vocabulary } from '../data/vocabulary.js';
import { nodeLabel } from './node-label.js';

const text = (...texts: string[]): FeatureColumn => ({ kind: 'text', texts });
const tables = (columns: Record<string, FeatureColumn>) => ({
  users: Vocabulary.from(['ann']),
  items: Vocabulary.from(['i1', 'i2']),
  itemFeatures: { numRows: 2, columns },
});

it('is the title or name, however the column spells it', () => {
  for (const column of ['title', 'Name', 'movie_title', 'product-name', 'full NAME']) {
    expect(nodeLabel(tables({ year: text('1999', '2000'), [column]: text('Tea', 'Jam') }), 'item', 1)).toBe('Jam');
  }
});

it('is the external id where there is no title', () => {
  expect(nodeLabel(tables({ subtitled: text('x', 'y') }), 'item', 0)).toBe('i1');
  expect(nodeLabel(tables({ title: text('', 'Jam') }), 'item', 0)).toBe('i1');
  expect(nodeLabel(tables({ name: { kind: 'numeric', numbers: Float64Array.of(1, 2) } }), 'item', 0)).toBe('i1');
  expect(nodeLabel(tables({ title: text('Tea', 'Jam') }), 'user', 0)).toBe('ann');
});

it('joins the words of a title that was read as a list', () => {
  const title: FeatureColumn = {
    kind: 'multi-valued',
    offsets: Int32Array.of(0, 2, 2),
    codes: Int32Array.of(1, 0),
    values: ['Story', 'Toy'],
  };
  expect(nodeLabel(tables({ title }), 'item', 0)).toBe('Toy Story');
  expect(nodeLabel(tables({ title }), 'item', 1)).toBe('i2');
});
