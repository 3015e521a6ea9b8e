import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Vocabulary } from '../vocabulary.js';
import { IdIndex } from './id-index.js';
import { ByteCells, TextCells } from './row-cells.js';

const cell = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '12',
    '007',
    '-3',
    '4.5',
    '1e3',
    'nan',
    'NaN',
    'é',
    ' 12 ',
    '12345678901234567890',
    'a b',
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

test('bytes and texts of the same cells read the same', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
      const bytes = Buffer.from(`before;${cells.join(';')}\nafter`);
      const fromBytes = new ByteCells({ delimiter: ';'.charCodeAt(0), maxCells: cells.length }).setLine(
        bytes,
        7,
        bytes.indexOf(10),
      );
      const fromTexts = new TextCells(cells);
      const [idsA, idsB] = [new IdIndex(new Vocabulary()), new IdIndex(new Vocabulary())];
      expect(fromBytes.numCells).toBe(cells.length);
      for (let column = 0; column < cells.length; column++) {
        expect(fromBytes.text(column)).toBe(cells[column].trim());
        expect(fromBytes.number(column)).toBe(fromTexts.number(column));
        expect(fromBytes.isEmpty(column)).toBe(fromTexts.isEmpty(column));
        if (!fromTexts.isEmpty(column)) expect(fromBytes.id(column, idsA)).toBe(fromTexts.id(column, idsB));
      }
    }),
  );
});

test('cells beyond the expected ones are counted', () => {
  const line = Buffer.from('1,2,3,4');
  const cells = new ByteCells({ delimiter: ','.charCodeAt(0), maxCells: 2 }).setLine(line, 0, line.length);
  expect(cells.numCells).toBe(4);
  expect([cells.text(0), cells.text(1)]).toEqual(['1', '2']);
});
