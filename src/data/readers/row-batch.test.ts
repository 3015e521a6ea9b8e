/** The reader of bytes (csv, with its batches of rows) against the reader of texts (quoted csv) on the same rows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DataError } from '../../core/errors.js';
import { SILENT } from '../../core/reporter.js';
import { type DataConfigInput, parseDataConfig } from '../data-config.js';
import { InteractionCollector } from '../interaction-collector.js';
import { readCsv } from './csv/csv-reader.js';
import { readContext } from './read-context.js';
import { SourceFile } from './text/source-file.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-row-batch-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'log.csv');

/** A file that is handed out in pieces of `size` bytes. */
class PiecedFile extends SourceFile {
  constructor(private readonly size: number) {
    super(path);
  }

  override async *chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of super.chunks(SILENT)) {
      for (let at = 0; at < chunk.length; at += this.size) yield chunk.subarray(at, at + this.size);
    }
  }
}

/** Everything that reading `text` gives: the log, the counts and what was told, or the error's message. */
async function read(text: string, config: DataConfigInput, size = 1 << 18): Promise<unknown> {
  writeFileSync(path, text);
  const parsed = parseDataConfig(config);
  const collector = new InteractionCollector(parsed);
  const context = readContext(parsed, collector, SILENT);
  try {
    await readCsv(new PiecedFile(size), 0, context);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return error.message;
  }
  const { users, items, ...columns } = collector.finish();
  return { ...columns, users: users.ids, items: items.ids, counts: collector.counts, notes: context.badRows.notes() };
}

const id = fc.oneof(
  fc.nat({ max: 30 }).map(String),
  fc.nat({ max: 30 }).map((n) => `u${n}`),
  fc.constantFrom('é', '用户', ' x ', '00', 'a-long-id-of-more-than-8', 'a-long-id-of-more-than-9', '12345678', ''),
);
const time = fc.oneof(
  { weight: 20, arbitrary: fc.nat({ max: 2e9 }).map(String) },
  { weight: 2, arbitrary: fc.constant('2020-01-02 03:04:05') },
  { weight: 1, arbitrary: fc.constantFrom('', 'soon') },
);
const line = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(id, id, time).map((cells) => cells.join(',')) },
  { weight: 1, arbitrary: fc.constantFrom('', 'u1,i1', 'u1,i1,5,6') },
);
const file = fc.record({
  lines: fc.array(line, { maxLength: 60 }),
  newline: fc.constantFrom('\n', '\r\n'),
  bom: fc.constantFrom('', '\ufeff'),
  last: fc.boolean(),
});
const textOf = ({ lines, newline, bom, last }: typeof file extends fc.Arbitrary<infer T> ? T : never): string =>
  bom + ['user,item,timestamp', 'u0,i0,1600000000', ...lines].join(newline) + (last ? newline : '');
/** A quote in a line makes it one of texts. */
const quoted = (text: string): string => text.replace(/^(\ufeff?)([^,\n\r]*),/gm, '$1"$2",');

for (const onBadRow of ['skip', 'error'] as const) {
  test(`bytes and texts give the same (onBadRow=${onBadRow})`, async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom('none', 'first', 'latest' as const), async (input, deduplicate) => {
        const text = textOf(input);
        const config = { format: 'csv', delimiter: ',', onBadRow, deduplicate } as DataConfigInput;
        expect(await read(text, config)).toEqual(await read(quoted(text), config));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
}

test('pieces of any size and a quote half way change nothing', async () => {
  const config: DataConfigInput = { format: 'csv', delimiter: ',', onBadRow: 'skip' };
  const rows = Array.from({ length: 12 }, (_, i) => `u${i % 5},größe-${i % 3},${1_600_000_000 + i}`);
  rows[7] = '"u,2",größe-1,1600000007';
  rows[4] = 'u1,größe-9';
  const text = `\ufeffuser,item,timestamp\r\n${rows.join('\r\n')}`;
  const whole = await read(text, config);
  for (let size = 1; size <= Buffer.byteLength(text); size++) expect(await read(text, config, size)).toEqual(whole);
});

test('more rows than a batch keep their order', async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `u${(i * 7919) % 1500},${(i * 31) % 977},${1_600_000_000 + i}`);
  const text = `user,item,timestamp\n${rows.join('\n')}\n`;
  const config: DataConfigInput = { format: 'csv' };
  const result = (await read(text, config)) as { counts: { read: number } };
  expect(result.counts.read).toBe(5000);
  expect(result).toEqual(await read(quoted(text), config));
});
