/**
 * Items that share a value of an attribute with the positive (city, category, genre): a business rule that makes
 * negatives hard without a model. Of a positive with several values one is drawn first; then uniformly among the other
 * items of that value.
 */

import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { type Ragged, raggedFromPairs } from '../../core/ragged.js';
import type { Rng } from '../../core/rng.js';
import type { CategoricalColumn, MultiValuedColumn } from '../../data/feature-table.js';
import { NO_ITEM, type OwnSource, type PositiveBatch, type SourceContext } from '../negative-source.js';
import { hardShape } from '../source-options.js';

export const attributeSchema = z.strictObject({
  name: z.literal('attribute'),
  ...hardShape,
  attribute: z
    .string()
    .min(1)
    .describe(
      'categorical or multi-valued column of the item features. Few values: hardly harder than uniform. Nearly as many as items: no other item to draw',
    ),
});

/** @throws ConfigError `NEGATIVES_ATTRIBUTE` when the graph has no such column */
export function attribute({ itemFeatures, graph }: SourceContext, name: string): OwnSource {
  const columns = itemFeatures?.columns ?? {};
  const column = ownValue(columns, name);
  if (column?.kind !== 'categorical' && column?.kind !== 'multi-valued') {
    const usable = Object.keys(columns).filter((key) => ['categorical', 'multi-valued'].includes(columns[key].kind));
    throw new ConfigError(
      'NEGATIVES_ATTRIBUTE',
      `negatives.sources: attribute "${name}" is no categorical or multi-valued column of the item features; there ` +
        `${usable.length > 0 ? `are ${usable.join(', ')}` : 'is none: build the graph with data.itemFeatures'}`,
    );
  }
  const valuesOf = itemValues(column, graph.numItems);
  const members = itemsOfValues(valuesOf, column.values.length);
  return {
    kind: 'own',
    draw(batch: PositiveBatch, perQuery: number, rng: Rng): Int32Array {
      const ids = new Int32Array(batch.itemIndex.length * perQuery).fill(NO_ITEM);
      for (let slot = 0; slot < ids.length; slot++) {
        const positive = batch.itemIndex[Math.floor(slot / perQuery)];
        const [from, to] = [valuesOf.offsets[positive], valuesOf.offsets[positive + 1]];
        if (from === to) continue;
        const value = valuesOf.values[from + rng.integer(to - from)];
        const group = members.values.subarray(members.offsets[value], members.offsets[value + 1]);
        if (group.length < 2) continue;
        // one place fewer, and the last member stands in for the positive
        const drawn = group[rng.integer(group.length - 1)];
        ids[slot] = drawn === positive ? group[group.length - 1] : drawn;
      }
      return ids;
    },
  };
}

function itemValues(column: CategoricalColumn | MultiValuedColumn, numItems: number): Ragged {
  if (column.kind === 'categorical') {
    const known = Int32Array.from(column.codes.keys()).filter((item) => column.codes[item] >= 0);
    return raggedFromPairs(
      known,
      known.map((item) => column.codes[item]),
      numItems,
    );
  }
  const items = new Int32Array(column.codes.length);
  for (let item = 0; item < numItems; item++) items.fill(item, column.offsets[item], column.offsets[item + 1]);
  return raggedFromPairs(items, column.codes, numItems);
}

function itemsOfValues({ offsets, values }: Ragged, numValues: number): Ragged {
  const items = new Int32Array(values.length);
  for (let item = 0; item + 1 < offsets.length; item++) items.fill(item, offsets[item], offsets[item + 1]);
  return raggedFromPairs(values, items, numValues);
}
