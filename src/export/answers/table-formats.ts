/**
 * The formats of tables that come in blocks, by the end of the file's name. Every one is a stream of parts, so that a table of any
 * length takes the memory of some blocks.
 *
 *     .csv      a header, a line a row; a vector is a column a number (user_0, user_1 …)
 *     .jsonl    an object a line; a vector is a list
 *     .parquet  row groups; a vector is a list of floats
 *     .tfrecord an example (tf.train.Example) a row: texts as bytes, whole numbers as int64, numbers and vectors as floats
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { ConfigError } from '../../core/errors.js';
import { ExampleCoder, type Feature } from '../../core/tfrecord/examples.js';
import { RecordFrames } from '../../core/tfrecord/record-frames.js';
import { csvCell, shortestFloat } from '../number-text.js';
import type { ColumnValues, StreamedTable, TableBlock, TableColumn } from './answer-table.js';

type TableFormat = (table: StreamedTable, createdBy: string) => AsyncGenerator<string | Uint8Array>;

const TABLE_FORMATS = Object.freeze({
  csv: async function* ({ columns, blocks }) {
    const names = columns.flatMap((column) =>
      column.kind === 'vector' ? Array.from({ length: column.dim }, (_, d) => `${column.name}_${d}`) : [column.name],
    );
    yield `${names.join(',')}\n`;
    for await (const block of blocks) {
      const cells = columns.map((column, c) =>
        cellsOf(column, block.values[c], csvCell, (numbers) => numbers.join(',')),
      );
      yield linesOf(block, (row) => cells.map((cell) => cell(row)).join(','));
    }
  },
  jsonl: async function* ({ columns, blocks }) {
    const keys = columns.map(({ name }) => JSON.stringify(name));
    for await (const block of blocks) {
      const cells = columns.map((column, c) =>
        cellsOf(column, block.values[c], JSON.stringify, (numbers) => `[${numbers.join(',')}]`),
      );
      yield linesOf(block, (row) => `{${cells.map((cell, c) => `${keys[c]}:${cell(row)}`).join(',')}}`);
    }
  },
  parquet: async function* ({ columns, blocks }, createdBy) {
    const bytes = new ByteWriter();
    const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy });
    // the offset goes on counting: places in the file stay right
    const taken = (): Uint8Array => {
      const part = bytes.getBytes().slice();
      bytes.index = 0;
      return part;
    };
    for await (const group of groupsOf(columns, blocks)) {
      const columnData = columns.map((column, c) => ({
        name: column.name,
        data: parquetValues(column, group.values[c], group.numRows),
        // trained numbers neither repeat nor compress, so nothing is tried
        ...(column.kind === 'vector' && ({ encoding: 'PLAIN', codec: 'UNCOMPRESSED', statistics: false } as const)),
      }));
      await writer.write({ columnData, rowGroupSize: Math.max(1, group.numRows) });
      yield taken();
    }
    await writer.finish();
    yield taken();
  },
  tfrecord: async function* ({ columns, blocks }) {
    const frames = new RecordFrames();
    const examples = new ExampleCoder();
    for await (const { numRows, values } of blocks) {
      const records = Array.from({ length: numRows }, (_, row) => {
        const features = columns.map((column, c) => [column.name, featureOf(column, values[c], row)] as const);
        return frames.frame(examples.encode(Object.fromEntries(features)));
      });
      yield Buffer.concat(records);
    }
  },
} as const satisfies Record<string, TableFormat>);

export type TableFormatName = keyof typeof TABLE_FORMATS;

/** @throws ConfigError `OUT_FORMAT` */
export function formatOfPath(path: string): TableFormatName {
  const names = Object.keys(TABLE_FORMATS) as TableFormatName[];
  const found = names.find((name) => path.toLowerCase().endsWith(`.${name}`));
  if (found) return found;
  const ends = names.map((name) => `.${name}`).join(', ');
  throw new ConfigError('OUT_FORMAT', `"${path}": the end of the name says the format, one of ${ends}`);
}

/** The bytes of the file, part by part. */
export function tableParts(format: TableFormatName, table: StreamedTable, createdBy: string) {
  return TABLE_FORMATS[format](table, createdBy);
}

function featureOf(column: TableColumn, values: ColumnValues, row: number): Feature {
  switch (column.kind) {
    case 'text':
      return { kind: 'text', values: [(values as readonly string[])[row]] };
    case 'whole':
      return { kind: 'whole', values: [values[row] as number] };
    case 'number':
      return { kind: 'float', values: [values[row] as number] };
    case 'vector':
      return { kind: 'float', values: (values as Float32Array).subarray(row * column.dim, (row + 1) * column.dim) };
  }
}

/** The text of a row's cell. */
function cellsOf(
  column: TableColumn,
  values: ColumnValues,
  text: (value: string) => string,
  list: (numbers: readonly string[]) => string,
): (row: number) => string {
  switch (column.kind) {
    case 'text':
      return (row) => text((values as readonly string[])[row]);
    case 'whole':
      return (row) => String(values[row]);
    case 'number':
      return (row) => shortestFloat(values[row] as number);
    case 'vector': {
      const { dim } = column;
      const numbers = values as Float32Array;
      return (row) => list(Array.from(numbers.subarray(row * dim, (row + 1) * dim), shortestFloat));
    }
  }
}

function linesOf({ numRows }: TableBlock, lineOf: (row: number) => string): string {
  let text = '';
  for (let row = 0; row < numRows; row++) text += `${lineOf(row)}\n`;
  return text;
}

/** Rows of a row group, fewer where there are vectors: the library holds one as plain values. */
const ROWS_A_GROUP = 65_536;
const NUMBERS_A_GROUP = 1 << 20;

/** Blocks put together. */
async function* groupsOf(
  columns: readonly TableColumn[],
  blocks: AsyncIterable<TableBlock>,
): AsyncGenerator<TableBlock> {
  const width = columns.reduce((sum, column) => sum + (column.kind === 'vector' ? column.dim : 0), 0);
  const most = Math.max(1, Math.min(ROWS_A_GROUP, Math.floor(NUMBERS_A_GROUP / Math.max(1, width))));
  let held: TableBlock[] = [];
  let numRows = 0;
  for await (const block of blocks) {
    held.push(block);
    numRows += block.numRows;
    if (numRows < most) continue;
    yield joined(columns, held, numRows);
    held = [];
    numRows = 0;
  }
  if (numRows > 0) yield joined(columns, held, numRows);
}

function joined(columns: readonly TableColumn[], blocks: readonly TableBlock[], numRows: number): TableBlock {
  const values = columns.map((column, c): ColumnValues => {
    const parts = blocks.map((block) => block.values[c]);
    if (column.kind === 'text') return (parts as (readonly string[])[]).flat();
    const length = numRows * (column.kind === 'vector' ? column.dim : 1);
    const all = column.kind === 'whole' ? new Int32Array(length) : new Float32Array(length);
    let at = 0;
    for (const part of parts as (Int32Array | Float32Array)[]) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  });
  return { numRows, values };
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

const schemaOf = (columns: readonly TableColumn[]): Schema => [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap(elementsOf),
];

function elementsOf(column: TableColumn): Schema {
  const required = { name: column.name, repetition_type: 'REQUIRED' } as const;
  switch (column.kind) {
    case 'text':
      return [{ ...required, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'whole':
      return [{ ...required, type: 'INT32' }];
    case 'number':
      return [{ ...required, type: 'FLOAT' }];
    case 'vector':
      return [
        { ...required, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
      ];
  }
}

function parquetValues(column: TableColumn, values: ColumnValues, numRows: number) {
  if (column.kind !== 'vector') return values as string[];
  const numbers = values as Float32Array;
  return Array.from({ length: numRows }, (_, row) =>
    Array.from(numbers.subarray(row * column.dim, (row + 1) * column.dim)),
  );
}
