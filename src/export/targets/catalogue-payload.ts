/** What a bundle knows of its items as columns to publish: categories and texts as texts, lists as lists, numbers and times (seconds) as numbers. */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue } from '../../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../../data/feature-table.js';
import { type Payload, refuseNames, writable } from './payload.js';
import type { PayloadColumn, PayloadValue } from './vector-target.js';

const KINDS = { categorical: 'text', text: 'text', 'multi-valued': 'list', numeric: 'number', time: 'number' } as const;

/**
 * @param table of the items; undefined where the bundle knows nothing of them
 * @throws ConfigError `PUBLISH_PAYLOAD` for a column that is not there
 */
export function payloadOfCatalogue(table: FeatureTable | undefined, names: readonly string[]): Payload {
  refuseNames(names);
  const there = Object.entries(table?.columns ?? {}).filter(([, { kind }]) => kind !== 'vector');
  const known = there.map(([name]) => name);
  const chosen = names.map((name): [PayloadColumn, FeatureColumn] => {
    const column = ownValue(table?.columns ?? {}, name);
    if (column !== undefined && column.kind !== 'vector') return [{ name, kind: KINDS[column.kind] }, column];
    const has = known.length > 0 ? `it has ${known.join(', ')}` : 'it knows nothing of its items';
    throw new ConfigError(
      'PUBLISH_PAYLOAD',
      `columns to publish: the bundle has no column "${name}"${didYouMean(name, known)}; ${has}. A table of your own: --catalogue (payload)`,
    );
  });
  const values = Array.from({ length: table?.numRows ?? 0 }, (_, row) =>
    chosen.map(([, column]) => valueAt(column, row)),
  );
  return { columns: chosen.map(([column]) => column), values };
}

function valueAt(column: FeatureColumn, row: number): PayloadValue {
  switch (column.kind) {
    case 'categorical':
      return column.codes[row] < 0 ? null : writable(column.values[column.codes[row]]);
    case 'text':
      return column.texts[row] === '' ? null : writable(column.texts[row]);
    case 'multi-valued': {
      const codes = column.codes.subarray(column.offsets[row], column.offsets[row + 1]);
      return codes.length === 0 ? null : Array.from(codes, (code) => writable(column.values[code]));
    }
    case 'numeric':
      return Number.isNaN(column.numbers[row]) ? null : column.numbers[row];
    case 'time':
      return Number.isNaN(column.seconds[row]) ? null : column.seconds[row];
    case 'vector':
      return null;
  }
}
