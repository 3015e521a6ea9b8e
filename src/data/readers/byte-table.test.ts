import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteTable } from './byte-table.js';

test('behaves like a map of byte strings, whatever their length', () => {
  // few letters and NUL, so that many keys are prefixes of others or differ in zeros only
  const key = fc.array(fc.constantFrom(0, 97, 98), { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
      const table = new ByteTable();
      const map = new Map<string, number>();
      for (const [value, bytes] of keys.entries()) {
        const text = String(bytes);
        const padded = Uint8Array.of(7, ...bytes, 9);
        expect(table.find(padded, 1, padded.length - 1)).toBe(map.get(text) ?? -1);
        if (map.has(text)) continue;
        map.set(text, value);
        table.add(bytes, 0, bytes.length, value);
      }
    }),
    { seed: 1 },
  );
});
