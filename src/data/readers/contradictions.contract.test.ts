/**
 * What the first rows decide is held against every row: a contradiction names its line. What was found is told.
 */
import { describe, expect, test } from 'vitest';
import { csv, PLAIN, ROWS, scratchFiles } from '../../../tests/small-log.js';
import type { DataConfigInput } from '../data-config.js';

const { load, notesOf } = scratchFiles('contradictions');

describe('times', () => {
  const UNITS = { seconds: 1, milliseconds: 1e3, microseconds: 1e6 };
  const cases = Object.entries(UNITS).flatMap(([first, unit]) =>
    Object.entries(UNITS)
      .filter(([other]) => other !== first)
      .map(([other, by]) => [first, other, unit, by] as const),
  );

  test.each(cases)('in %s with one row in %s are refused at that row', async (first, other, unit, by) => {
    const log = csv('user,item,timestamp', ({ user, item, time }, i) => [user, item, time * (i === 17 ? by : unit)]);
    const message = `expected ${first} as in log.csv:2, got ${ROWS[17].time * by}, which counts ${other}`;
    await expect(load('log.csv', log)).rejects.toMatchObject({
      code: 'DATA_BAD_ROW',
      location: { line: 19, column: 3 },
      message: expect.stringContaining(message),
    });
    expect(await notesOf('log.csv', log, { onBadRow: 'skip' })).toContain('1 bad rows were left out');
    const json = ROWS.map(({ user, item, time }, i) =>
      JSON.stringify({ user, item, time: time * (i === 17 ? by : unit) }),
    );
    await expect(load('log.jsonl', json.join('\n'))).rejects.toThrow(/log\.jsonl:18:3: expected/);
  });

  test.each(['2023-02-30', '2023-02-29T10:00:00Z', '2023-04-31 10:00', '2023-13-01', '2023-01-32'])(
    '%s is a bad row',
    async (date) => {
      const log = csv('user,item,timestamp', ({ user, item }, i) => [user, item, i === 5 ? date : '2023-02-28']);
      await expect(load('log.csv', log)).rejects.toThrow(
        /log\.csv:7:3: .*a day that no calendar has.*read are.*2023-11-01 22:13:20\+00/,
      );
    },
  );

  test('as PostgreSQL and Python print them', async () => {
    const read = async (cell: string) =>
      [
        ...(await load('log.csv', `user;item;timestamp\nu;i;${cell}\nu;j;${cell}\n`, { split: { name: 'random' } }))
          .train.timestamp!,
      ][0];
    expect(await read('2023-11-01 22:13:20+00')).toBe(1_698_876_800);
    expect(await read('2023-11-01 22:13:20,500')).toBe(1_698_876_800.5);
    expect(await read('1698876800,5')).toBe(1_698_876_800.5);
  });

  test('in a column that was guessed are held against the guess', async () => {
    const log = ROWS.map(({ user, item, time }) => `${user},${item},${time}`);
    log.splice(20, 1, `u1,i1,7`);
    const long = [
      ...Array(100)
        .fill(0)
        .map((_, i) => `u${i % 7},j${i},${1.6e9 + i}`),
      ...log,
    ].join('\n');
    await expect(load('log.csv', long)).rejects.toThrow(
      /log\.csv:121:3: expected a time of today, as the first rows have it, got "7"/,
    );
  });

  test('far away, or dates without dashes, are told', async () => {
    const far = csv('user,item,timestamp', ({ user, item, time }, i) => [user, item, i === 3 ? 9.9e10 : time]);
    expect(await notesOf('log.csv', far)).toMatch(/1 of 24 times lie before 1900 or after 2100, first in log\.csv:5/);
    const dates = csv('user,item,timestamp', ({ user, item }, i) => [user, item, 20231101 + i]);
    expect(await notesOf('log.csv', dates)).toContain('all times look like dates written as one number');
    expect(await notesOf('log.csv', PLAIN)).not.toContain('does this look right');
  });
});

describe('tables with spaces', () => {
  const table = (columns: (user: number, item: number, row: number) => (string | number)[]) =>
    Array.from({ length: 360 }, (_, row) =>
      columns((row * 37) % 120, (((row * 37) % 120) + 7 * Math.floor(row / 120)) % 40, row).join(' '),
    );
  const rated = table((user, item, row) => [user, item, 1 + (row % 5), 1_700_000_000 + row]);

  test.each([
    ['user item rating time', rated],
    ['user item time', table((user, item, row) => [user, item, 1_700_000_000_000 + 7 * row])],
    ['user item rating', table((user, item, row) => [user, item, 1 + (row % 5)])],
    ['user item fraction', table((user, item, row) => [user, item, `${row % 97}.5`])],
  ])('%s, in the order of time, are no lists', async (_, lines) => {
    const data = await load('log.txt', lines.join('\n'));
    expect([data.source.format, data.users.size, data.items.size]).toEqual(['csv', 120, 40]);
  });

  test('with a short row are refused there', async () => {
    const lines = [...rated];
    lines[7] = lines[7].split(' ').slice(0, 2).join(' ');
    await expect(load('log.txt', lines.join('\n'))).rejects.toMatchObject({
      code: 'DATA_BAD_ROW',
      location: { line: 8 },
      message: expect.stringContaining('expected 4 columns (1, 2, 3, 4), got 2'),
    });
  });

  test('that look like lists at first are refused where a user comes again', async () => {
    const lines = table((user, item, row) => [user, item, (row * 31) % 40]);
    await expect(load('log.txt', lines.join('\n'))).rejects.toMatchObject({
      code: 'DATA_UNCLEAR_FORMAT',
      location: { line: 121 },
    });
    expect((await load('log.txt', lines.join('\n'), { format: 'lightgcn' })).users.size).toBe(120);
    const lists = lines.slice(0, 120).join('\n');
    expect((await load('log.txt', lists)).source.format).toBe('lightgcn');
  });
});

describe('headers', () => {
  test.each([
    [
      'Kunde;Artikel;Datum',
      csv('Kunde;Artikel;Datum', ({ user, item }, i) => [user, item, `2023-11-${i + 1 < 10 ? 0 : ''}${i + 1}`], ';'),
      'user=Kunde,item=Artikel,timestamp=Datum',
    ],
    [
      'Kunde;Artikel;Datum',
      csv('Kunde;Artikel;Datum', ({ user, item, time }) => [user, item, time], ';'),
      'user=Kunde,item=Artikel,timestamp=Datum',
    ],
    ['用户,商品', csv('用户,商品', ({ user, item }) => [user, item]), "'user=用户,item=商品'"],
    ['who,what', csv('who,what', ({ user, item }) => [user, item]), 'user=who,item=what'],
    ['Kunde,Artikel', 'Kunde,Artikel\nanna,tee\nbert,brot\nanna,wein\n', 'user=Kunde,item=Artikel'],
    [
      'zeit,wer,was',
      csv('zeit,wer,was', ({ user, item, time }) => [time, user, item]),
      'user=wer,item=was,timestamp=zeit',
    ],
  ])('%s: stop, name it and show what to say', async (header, log, columns) => {
    const names = header.split(/[,;]/).join(', ');
    await expect(load('log.csv', log)).rejects.toMatchObject({
      code: 'DATA_NO_COLUMN',
      location: { line: 1 },
      message: expect.stringMatching(new RegExp(`got ${names};.*--columns ${columns}, or say --no-header`)),
    });
  });

  test.each([
    ['ids with digits', 'u0,i0\nu1,i1\nu0,i2\n'],
    ['names', 'anna,tee\nbert,brot\n'],
    ['a first user without a digit', 'anonymous,i0,1700000000\nu1,i1,1700000001\n'],
    ['numbers', '1,2\n3,4\n'],
    ['a single row', 'anna,tee\n'],
  ])('are not seen in %s', async (_, log) => {
    expect(await notesOf('log.csv', log, { split: { name: 'random' } })).toContain('without a header');
  });

  test('in the middle of files that were appended are left out', async () => {
    const twice = PLAIN + PLAIN.replaceAll('i', 'j').replace('jtem', 'item').replace('tjmestamp', 'timestamp');
    const data = await load('log.csv', twice);
    expect([data.users.size, data.items.size]).toEqual([6, 12]);
    expect(data.notes.join('\n')).toContain('1 row is the header once more (log.csv:26) and left out');
  });
});

describe('what was found is told', () => {
  test('format, columns and what is not used', async () => {
    const log = csv('user,item,timestamp,page,device', ({ user, item, time }) => [user, item, time, 'p', 'd']);
    expect(await notesOf('log.csv', log)).toContain(
      'read log.csv as csv, separated by commas; user = user, item = item, timestamp = timestamp; not used: page, device',
    );
    expect(await notesOf('log.inter', 'user_id:token\titem_id:token\tx:float\n1\t2\t3\n')).toContain(
      'read log.inter as recbole; user = user_id, item = item_id; not used: x',
    );
    expect(await notesOf('log.jsonl', '{"user":1,"item":2,"x":1}\n')).toContain(
      'read log.jsonl as jsonl; user = user, item = item; not used: x',
    );
    expect(await notesOf('log.txt', '1 2 3\n2 3\n')).toContain('read log.txt as lightgcn');
  });

  test('keys that come later, and those of columns are refused', async () => {
    const first = '{"user":1,"item":2}\n';
    expect(await notesOf('log.jsonl', `${first}{"user":2,"item":3,"page":1}\n`)).toContain('not used: page (line 2)');
    await expect(load('log.jsonl', `${first}{"user":2,"item":3,"timestamp":1}\n`)).rejects.toThrow(
      /log\.jsonl:2: expected the keys of the first object \(line 1\), got "timestamp" as well, which is a timestamp/,
    );
  });

  test.each([
    ['exposure,click', (i: number) => ['1', i % 2], 'click', '"0": exposed, "1": positive', 12],
    ['label', (i: number) => [i % 3 === 0 ? 1 : 0], 'label', '"0": exposed, "1": positive', 16],
    ['bought', (i: number) => [i % 2 === 0 ? 'True' : 'False'], 'bought', '"False": exposed, "True": positive', 12],
  ] as const)('a column of yes and no is asked about: %s', async (names, cells, column, meanings, no) => {
    const log = csv(`user,item,${names}`, ({ user, item }, i) => [user, item, ...cells(i)]);
    const question = `the column "${column}" holds only`;
    const advice = `--columns event=${column} --set 'data.events={${meanings}}'`;
    const notes = await notesOf('log.csv', log);
    expect(notes).toContain(question);
    expect(notes).toContain(`also the ${no} of 24`);
    expect(notes).toContain(advice);
    const [zero, one] = meanings.split(', ').map((pair) => JSON.parse(pair.split(': ')[0]) as string);
    const config: DataConfigInput = { columns: { event: column }, events: { [zero]: 'exposed', [one]: 'positive' } };
    expect((await load('log.csv', log, config)).split.counts.train).toBeLessThan(24 - no + 1);
    const tail = log.replace(/,[^,\n]+\n$/, ',2\n');
    expect(await notesOf('log.csv', tail)).not.toContain(question);
  });
});
