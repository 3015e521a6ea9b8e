/** The items nearest to one that the model does not have, from its features. */
import { ConfigError } from '../../core/errors.js';
import { filteredList } from '../filters/filtered-list.js';
import { type RankedItem, rankedItems } from '../ranked-item.js';
import { type FeatureRow, isKnownRow } from '../towers/feature-row.js';
import { encodeServed } from './encode-rows.js';
import { filterOf } from './filter-of.js';
import { needTower } from './need-tower.js';
import type { Servable } from './served-model.js';
import type { SimilarOptions } from './similar-each.js';

/**
 * By cosine, nearest first.
 * @throws ConfigError `NO_TOWER`, `UNKNOWN_COLUMN`; `NOTHING_KNOWN` where training saw none of the values; DataError
 * `DATA_FEATURE_CELL`
 */
export async function similarToFeatures(
  { serving }: Servable,
  features: FeatureRow,
  { k = 20, filter }: SimilarOptions = {},
): Promise<RankedItem[]> {
  const { encoder } = await needTower(serving, 'item');
  const fields = encoder.fieldsOf([features]);
  if (!isKnownRow(fields, 0)) {
    throw new ConfigError(
      'NOTHING_KNOWN',
      `${serving.title} has seen none of these values in training; it reads ${encoder.columns.join(', ')}`,
    );
  }
  const vector = await encodeServed(serving, 'item', fields);
  const { items, scores } = await filteredList(filterOf(serving, filter), {
    k,
    seen: new Int32Array(0),
    search: (size, exclude) => serving.space!.nearest(vector, size, exclude),
  });
  return rankedItems({ k: items.length, ids: items, scores }, serving.nameOf);
}
