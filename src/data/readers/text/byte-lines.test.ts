import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forEachLine } from './byte-lines.js';

async function linesOf(text: string, chunkSizes: number[]): Promise<[string, number][]> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = chunkSizes[i % chunkSizes.length];
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const lines: [string, number][] = [];
  await forEachLine(chunks(), (buffer, start, end, line) => {
    lines.push([buffer.toString('utf8', start, end), line]);
  });
  return lines;
}

test('any cut into chunks gives the lines of the whole text', async () => {
  const text = fc
    .array(fc.constantFrom('a', 'é', ' ', '\n', '\r\n', '😀'), { maxLength: 40 })
    .map((parts) => parts.join(''));
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(text, sizes, async (input, chunkSizes) => {
      const expected = input.split('\n').map((line) => line.replace(/\r$/, ''));
      if (input.endsWith('\n') || input === '') expected.pop();
      expect(await linesOf(input, chunkSizes)).toEqual(expected.map((line, i) => [line, i + 1]));
    }),
  );
});
