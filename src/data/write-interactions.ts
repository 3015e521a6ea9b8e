/**
 * An InteractionSet as CSV files that the reader understands without any configuration (weights of values aside, which it must
 * be told of): interactions.csv, and items.csv and users.csv where there are attributes. Rows are streamed. The files appear when all of them are written, interactions.csv
 * last: a folder that has it is whole.
 */
import { createWriteStream, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { format } from 'fast-csv';
import { makeFolder, syncFile, syncFolder } from '../core/disk/durable-write.js';
import { discard, sweepTemporaries, temporaryName } from '../core/disk/temporary-names.js';
import { DataError } from '../core/errors.js';
import { DATA_DEFAULTS } from './data-config.js';
import type { FeatureColumn, FeatureTable } from './feature-table.js';
import { EVENT_CODES, type InteractionSet } from './interaction-set.js';
import type { Vocabulary } from './vocabulary.js';

const EVENT_NAMES = Object.keys(EVENT_CODES);
type Cell = string | number;

/** @returns names of the files written into `folder`, which is made if need be */
export async function writeInteractions(set: InteractionSet, folder: string): Promise<string[]> {
  makeFolder(folder);
  sweepTemporaries(folder);
  const files: [string, Iterable<Cell[]>][] = [['interactions.csv', interactionRows(set)]];
  if (set.itemFeatures) files.push(['items.csv', featureRows('item_id', set.items, set.itemFeatures)]);
  if (set.userFeatures) files.push(['users.csv', featureRows('user_id', set.users, set.userFeatures)]);
  const written: { temporary: string; path: string }[] = [];
  try {
    for (const [name, rows] of [...files].reverse()) {
      const path = join(folder, name);
      const temporary = temporaryName(path);
      written.push({ temporary, path });
      await writeCsv(temporary, rows);
    }
    for (const { temporary, path } of written) renameSync(temporary, path);
  } catch (error) {
    for (const { temporary } of written) discard(temporary);
    throw error;
  }
  syncFolder(folder);
  return files.map(([name]) => name);
}

async function writeCsv(path: string, rows: Iterable<Cell[]>): Promise<void> {
  await pipeline(Readable.from(rows), format({ includeEndRowDelimiter: true }), createWriteStream(path));
  syncFile(path);
}

function* interactionRows({
  users,
  items,
  userIndex,
  itemIndex,
  timestamp,
  weight,
  event,
}: InteractionSet): Generator<Cell[]> {
  const cells = (row: number): Cell[] => [
    users.idOf(userIndex[row]),
    items.idOf(itemIndex[row]),
    ...(timestamp ? [timestamp[row]] : []),
    ...(weight ? [weight[row]] : []),
    ...(event ? [EVENT_NAMES[event[row]]] : []),
  ];
  const optional = [timestamp && 'timestamp', weight && 'weight', event && 'event'];
  yield ['user_id', 'item_id', ...optional.filter((name) => name !== undefined)];
  for (let row = 0; row < userIndex.length; row++) yield cells(row);
}

function* featureRows(idName: string, ids: Vocabulary, table: FeatureTable): Generator<Cell[]> {
  const columns = Object.entries(table.columns);
  yield [idName, ...columns.map(([name]) => name)];
  for (let row = 0; row < table.numRows; row++) {
    yield [ids.idOf(row), ...columns.map(([name, column]) => featureCell(name, column, row))];
  }
}

function featureCell(name: string, column: FeatureColumn, row: number): Cell {
  switch (column.kind) {
    case 'text':
      return column.texts[row];
    case 'numeric':
      return Number.isNaN(column.numbers[row]) ? '' : column.numbers[row];
    case 'categorical':
      return column.codes[row] < 0 ? '' : column.values[column.codes[row]];
    case 'time':
      return Number.isNaN(column.seconds[row]) ? '' : new Date(1000 * column.seconds[row]).toISOString();
    case 'vector': {
      const numbers = column.numbers.subarray(row * column.dim, (row + 1) * column.dim);
      return Number.isNaN(numbers[0]) ? '' : JSON.stringify([...numbers]);
    }
    case 'multi-valued': {
      const { offsets, codes, weights } = column;
      const places = Array.from({ length: offsets[row + 1] - offsets[row] }, (_, i) => offsets[row] + i);
      const separator = DATA_DEFAULTS.featureSeparator;
      const bad = places.map((at) => column.values[codes[at]]).find((value) => value.includes(separator));
      const cells = places.map((at) => column.values[codes[at]] + (weights ? `:${weights[at]}` : ''));
      if (bad === undefined) return cells.join(separator);
      const message = `column "${name}": the value ${JSON.stringify(bad)} holds the separator "${separator}"`;
      throw new DataError('DATA_SEPARATOR_IN_VALUE', message);
    }
  }
}
