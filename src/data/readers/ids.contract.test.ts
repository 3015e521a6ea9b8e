/**
 * What every reader owes to ids: they are the file's own characters, and the same bytes give the same ids whatever stands
 * around them. A new format gets a row in `FORMATS`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataConfigInput } from '../data-config.js';
import type { SplitInteractions } from '../interaction-set.js';
import { loadDataset } from '../load-dataset.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-ids-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;

async function load(name: string, content: string | Uint8Array, config: DataConfigInput = {}) {
  const path = join(scratch, `${made++}-${name}`);
  writeFileSync(path, content);
  return loadDataset(path, { split: { name: 'random' }, userFeatures: 'none', itemFeatures: 'none', ...config });
}

type Pair = readonly [string, string];
const pairsOf = ({ users, items, train, valid, test: last }: SplitInteractions): string[] =>
  [train, valid, last]
    .flatMap(({ userIndex, itemIndex }) =>
      Array.from(userIndex, (user, row) => JSON.stringify([users.idOf(user), items.idOf(itemIndex[row])])),
    )
    .sort();
const wanted = (pairs: readonly Pair[]): string[] => pairs.map((pair) => JSON.stringify(pair)).sort();

interface Format {
  readonly name: string;
  readonly header: string;
  readonly line: (pair: Pair) => string;
  readonly config: DataConfigInput;
}
const FORMATS: readonly Format[] = [
  { name: 'a.csv', header: 'user,item\n', line: (pair) => pair.join(), config: { format: 'csv', delimiter: ',' } },
  {
    name: 'b.csv',
    header: 'user,item\n',
    line: (pair) => pair.map((id) => `"${id.replaceAll('"', '""')}"`).join(),
    config: { format: 'csv', delimiter: ',' },
  },
  { name: 'a.inter', header: 'user:token\titem:token\n', line: (pair) => pair.join('\t'), config: {} },
  { name: 'a.txt', header: '', line: (pair) => pair.join(' '), config: { format: 'lightgcn' } },
  {
    name: 'a.jsonl',
    header: '',
    line: ([user, item]) => `{"user":${JSON.stringify(user)},"item":${JSON.stringify(item)}}`,
    config: {},
  },
];

/** Ids that go through every format as they are. */
const id = fc
  .array(fc.constantFrom('a', 'B', '0', '7', '.', '-', 'é', 'e\u0301', '\u00a0', '\u200b', '\ufeff', '用', '😀'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
  // a mark at the start of a line is none of an id
  .filter((text) => !text.startsWith('\ufeff'));
const number = fc.constantFrom('007', '1.0', '1e3', '-0', '9007199254740993', '176419027133500001', '0x10', '1_000');
const pairs = fc.uniqueArray(fc.tuple(fc.oneof(id, number), fc.oneof(id, number)), {
  selector: (pair) => pair.join('\0'),
  minLength: 1,
  maxLength: 12,
});

describe.each(FORMATS)('$name', ({ name, header, line, config }) => {
  test('keeps the characters of ids', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async (rows) => {
        const data = await load(name, `${header}${rows.map(line).join('\n')}\n`, config);
        expect(pairsOf(data)).toEqual(wanted(rows));
      }),
      { numRuns: 40 },
    );
  });

  test('reads the same whatever stands around a line', async () => {
    const around = fc.record({
      newline: fc.constantFrom('\n', '\r\n', '\r', '\r\r\n'),
      boms: fc.array(fc.nat(11), { maxLength: 4 }),
      last: fc.constantFrom('', '\n', '\n\n'),
      isZipped: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(pairs, around, async (rows, { newline, boms, last, isZipped }) => {
        const lines = rows.map((row, i) => (boms.includes(i) ? `\ufeff${line(row)}` : line(row)));
        const text = `\ufeff${header}${lines.join('\n')}${last}`.replaceAll('\n', newline);
        const data = await load(name, isZipped ? gzipSync(text) : text, config);
        expect(pairsOf(data)).toEqual(wanted(rows));
      }),
      { numRuns: 60 },
    );
  });

  test('leaves out a header that comes again, and says so', async () => {
    const rows: Pair[] = Array.from({ length: 12 }, (_, i) => [`u${i % 4}`, `i${i}`]);
    const body = `${rows.map(line).join('\n')}\n`;
    const more: Pair[] = Array.from({ length: 4 }, (_, i) => [`u${i % 4}`, `j${i}`]);
    const data = await load(
      name,
      `${header}${body}${header && `\ufeff${header}`}${more.map(line).join('\n')}\n`,
      config,
    );
    expect(pairsOf(data)).toEqual(wanted([...rows, ...more]));
    const note = data.notes.find((text) => text.includes('the header once more'));
    if (header === '') expect(note).toBeUndefined();
    else expect(note).toMatch(/1 row is the header once more \(\d+-[ab]\.\w+:14\) and left out/);
  });
});

test('a row of bytes has the ids of the same row beside a quoted one', async () => {
  const blank = fc.constantFrom('', ' ', '\t', ' \t ', '\u00a0', '\u3000');
  const cell = fc.tuple(blank, id, blank).map((parts) => parts.join(''));
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(rows, async (cells) => {
      const body = cells.map((row) => row.join()).join('\n');
      const config: DataConfigInput = { format: 'csv', delimiter: ',', deduplicate: 'none' };
      const [plain, after] = [
        await load('p.csv', `user,item\nq,q\n${body}\n`, config),
        await load('q.csv', `"user",item\n"q",q\n${body}\n`, config),
      ];
      const around = cells
        .map((row) => row.map((text) => ` "${text.replace(/^[ \t]+|[ \t]+$/g, '')}"\t`).join())
        .join('\n');
      const quoted = await load('r.csv', `user,item\nq,q\n${around}\n`, config);
      expect([after.users.ids, after.items.ids]).toEqual([plain.users.ids, plain.items.ids]);
      expect([quoted.users.ids, quoted.items.ids]).toEqual([plain.users.ids, plain.items.ids]);
    }),
    { numRuns: 60 },
  );
});

describe('numbers of JSON', () => {
  test('are ids digit for digit, as in CSV', async () => {
    const numbers = [
      '176419027133500000',
      '176419027133500001',
      '1.0',
      '1',
      '1e3',
      '-0',
      '0',
      '1E+2',
      '9007199254740993',
    ];
    const rows = numbers.map(
      (text, i) => `{"user" : ${text} ,"item":${numbers[(i + 1) % numbers.length]},"time":170000000${i}}`,
    );
    const json = await load('n.jsonl', rows.join('\n'));
    const csv = await load(
      'n.csv',
      `user,item\n${numbers.map((text, i) => `${text},${numbers[(i + 1) % numbers.length]}`).join('\n')}`,
    );
    expect([json.users.ids, json.items.ids]).toEqual([csv.users.ids, csv.items.ids]);
    expect(json.train.timestamp?.every((time) => time >= 1.7e9)).toBe(true);
  });

  test('stay what they are in strings, nested values and broken lines', async () => {
    const rows = [
      '{"user":"a \\" 12, -3","item":1,"extra":{"n":[1,2.0,{"m":3}]},"t":null}',
      '{"user":"\\\\","item":2,"extra":[4],"t":true}',
    ];
    const data = await load('s.jsonl', rows.join('\n'));
    expect(data.users.ids).toEqual(['a " 12, -3', '\\']);
    for (const bad of ['01', '1.', '+1', '--1', '1 2', '.5', '1e', 'NaN']) {
      await expect(load('b.jsonl', `${rows[0]}\n{"user":${bad},"item":1}`), bad).rejects.toThrow(
        /b\.jsonl:2: expected a JSON object/,
      );
    }
    await expect(load('k.jsonl', `${rows[0]}\n{1 :2}`)).rejects.toThrow(/k\.jsonl:2: /);
  });

  test('match between the log and its features', async () => {
    const ids = ['9007199254740993', '9007199254740992'];
    const folder = join(scratch, `set${made++}`);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'log.csv'), `user,item\n1,${ids[0]}\n1,${ids[1]}\n`);
    writeFileSync(
      join(folder, 'items.jsonl'),
      ids.map((text, i) => `{"item":${text},"kind":${i},"tags":[${text},1.0]}`).join('\n'),
    );
    const { itemFeatures } = await loadDataset(folder, {
      itemFeatures: { path: 'items.jsonl', columns: { tags: 'multi-valued' } },
    });
    const { tags } = itemFeatures!.columns;
    expect(tags.kind === 'multi-valued' && tags.values).toEqual([ids[0], '1.0', ids[1]]);
  });
});

test('ids that are equal after Unicode normalisation stay apart, and the cause is named', async () => {
  const rows = Array.from({ length: 6 }, (_, i) => [`caf\u00e9${i},x${i}`, `cafe\u0301${i},x${i + 1}`]).flat();
  const data = await load('u.csv', `user,item\n${rows.join('\n')}\n`);
  expect(data.users.size).toBe(12);
  expect(data.notes.join('\n')).toMatch(/6 user ids are equal to another after Unicode normalisation.*caf\\u\{e9\}0/);
  const plain = await load('v.csv', 'user,item\ncaf\u00e9,a\ncafe,b\n');
  expect(plain.notes.join('\n')).not.toContain('Unicode');
});
