import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIdList, encodeIdList } from './id-list.js';

describe('id lists', () => {
  it('are one id a line, escaped only where a line would break', () => {
    const ids = ['plain', '', ' spaces kept\t', 'ünï 😀', 'C:\\n', 'two\nlines', 'a\rb', '\u2028', '\ud800'];
    const { text, escaped } = encodeIdList(ids);
    expect(text).toBe('plain\n\n spaces kept\t\nünï 😀\nC:\\\\n\ntwo\\nlines\na\\rb\n\u2028\n\\ud800\n');
    expect(escaped).toBe(4);
    expect(decodeIdList(text, 'x')).toEqual(ids);
  });

  it('come back through UTF-8 whatever the ids are', () => {
    const anyString = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\\', 'n', 'r', 'u', 'd', '8', '0', '\n', '\r', '\ufeff') }),
      fc.array(fc.integer({ min: 0xd700, max: 0xe100 })).map((codes) => String.fromCharCode(...codes)),
    );
    fc.assert(
      fc.property(fc.array(anyString, { maxLength: 4 }), (ids) => {
        const bytes = Buffer.from(encodeIdList(ids).text, 'utf8');
        expect(decodeIdList(bytes.toString('utf8'), 'x')).toEqual(ids);
        expect(bytes.filter((byte) => byte === 10).length).toBe(ids.length);
      }),
    );
  });

  it('name the line and column of what is wrong', () => {
    expect(() => decodeIdList('a\nb', 'ids.txt')).toThrow(/^ids\.txt:2: the last line has no end/);
    expect(() => decodeIdList('a\nbc\\x\n', 'ids.txt')).toThrow(/^ids\.txt:2:3: "\\x" is no escape/);
    expect(() => decodeIdList('a\\\n', 'ids.txt')).toThrow(/^ids\.txt:1:2: "\\" is no escape/);
    expect(() => decodeIdList('\\ud8\n', 'ids.txt')).toThrow(/is no escape/);
  });
});
