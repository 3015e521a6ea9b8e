/**
 * No control character of the data reaches the terminal: every command on a data set whose ids, titles, columns, values, file names
 * and bad rows are full of them, and with such arguments.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminalReporter } from '../../src/core/terminal-reporter.js';
import { buildOnce, type Outcome, runCli } from '../run-cli.js';

const EVIL = '\x1b[31m\x1b]0;t\x07\r\u202e\u2066\u009b1m\x7f\u2028\x08';
const OBEYED = /[\p{Cc}\u2028\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** What a bar does itself: goes to the line's start, erases, hides and shows the cursor, keeps its place. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const OF_BAR = /\r|\x1b\[(?:\d*[KGJ]|\?25[lh]|[su])|\x1b[78]/g;
const user = (n: number): string => `u${n}${EVIL}`;
const item = (n: number): string => `i${n}${EVIL}`;
const quoted = (text: string): string => `"${text}"`;

const work = mkdtempSync(join(tmpdir(), 'twinlight-terminal-'));
beforeAll(() => {
  buildOnce();
  mkdirSync(join(work, 'logs'));
  const rows = Array.from({ length: 90 }, (_, i) => [user(i % 15), item((i * 7 + Math.floor(i / 15)) % 12), String(i)]);
  const lines = [['user', 'item', 'timestamp'], ...rows.map((row) => row.map(quoted))].map((row) => row.join(','));
  writeFileSync(join(work, 'logs', 'interactions.csv'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(work, 'bad.csv'),
    `${[...lines, `${quoted(user(1))},${quoted(item(1))},${quoted(EVIL)}`].join('\n')}\n`,
  );
  const titles = rows
    .map(([, id], i) => `${quoted(id)},${quoted(`T${EVIL}${i}`)},${quoted(`g${EVIL}${i % 3}`)}`)
    .slice(0, 12);
  writeFileSync(join(work, 'logs', 'items.csv'), `item,title,${quoted(`genre${EVIL}`)}\n${titles.join('\n')}\n`);
  writeFileSync(
    join(work, 'evil.yaml'),
    JSON.stringify({ [EVIL]: { [EVIL]: EVIL }, training: { [`e${EVIL}`]: EVIL } }),
  );
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function clean(args: readonly string[], code = 0): Promise<Outcome> {
  const outcome = await runCli(args, { cwd: work });
  for (const text of [outcome.stdout, outcome.stderr]) {
    const found = text.split('\n').find((line) => OBEYED.test(line));
    expect(found && JSON.stringify(found), args.join(' ')).toBeUndefined();
  }
  expect(outcome.code, `${JSON.stringify(args)}: ${outcome.stderr}`).toBe(code);
  return outcome;
}

it('from data that is read, trained on, asked about and exported', async () => {
  await clean(['build', 'logs']);
  const [graph] = readdirSync(join(work, 'graphs'));
  const small = ['--set', 'training.epochs=2', '--set', 'encoder.embeddingDim=8', '--backend', 'cpu'];
  await clean(['train', graph, '--preset', 'lightgcn', '--run', 'checkpoints/run', ...small]);
  const { stdout } = await clean(['recommend', 'run', '--user', user(3)]);
  expect(stdout).toContain('\\u001b[31m');
  expect(stdout).toContain('T\\u001b');
  const json = await clean(['recommend', 'run', '--user', user(3), '--json']);
  expect(JSON.parse(json.stdout).user).toBe(user(3));
  await clean(['recommend', 'run', '--history', `["${JSON.stringify(item(2)).slice(1, -1)}", "none${'\\u001b'}"]`]);
  await clean(['similar', 'run', '--item', item(1)]);
  await clean(['info', graph]);
  await clean(['info', 'run']);
  await clean(['evaluate', 'run']);
  await clean(['export', 'run']);
  await clean(['draw', graph, '--user', user(1)]);
  // in files the ids are as they are
  expect(readFileSync(join(work, 'checkpoints', 'run', 'export', 'item_ids.txt'), 'utf8')).toContain('\x1b[31m');
}, 240_000);

describe('from what is refused', () => {
  const REFUSED: readonly (readonly [readonly string[], number])[] = [
    [['build', 'bad.csv'], 3],
    [['build', `none${EVIL}`], 3],
    [['build', 'logs', '--set', `data.${EVIL}=1`], 2],
    [['build', 'logs', '--config', 'evil.yaml'], 2],
    [['build', 'logs', '--config', `no${EVIL}`], 2],
    [['train', 'logs', '--config', 'evil.yaml'], 2],
    [['train', 'logs', '--preset', EVIL], 2],
    [['train', 'logs', '--set', `encoder.attributes=["${EVIL.replaceAll('\r', '')}"]`], 2],
    [['recommend', 'run', '--user', `x${EVIL}`, '--no-fallback'], 2],
    [['similar', `run${EVIL}`, '--item', EVIL], 3],
    [['explain', EVIL], 2],
    [['draw', EVIL, '--user', EVIL], 2],
    [[EVIL], 2],
    [['build', `--${EVIL}`], 2],
    [['doctor', EVIL], 2],
    [['evaluate', EVIL, '--json'], 3],
  ];

  it.each(REFUSED.map(([args, code]) => [JSON.stringify(args), args, code] as const))('%s', async (_, args, code) => {
    await clean(args, code);
  });
});

it.each([true, false])('from names of progress and warnings, on a terminal: %s', (isTTY) => {
  let text = '';
  const stream = Object.assign(Object.create(process.stderr), {
    isTTY,
    columns: 80,
    write(part: string) {
      text += part;
      return true;
    },
  });
  let time = 0;
  const reporter = terminalReporter({ stream, now: () => (time += 10_000) });
  reporter.info(EVIL);
  reporter.warn(EVIL);
  const bar = reporter.progress(`reading ${EVIL}`, 100, 'bytes');
  bar.update(10, EVIL);
  bar.update(50, EVIL);
  bar.finish();
  const own = isTTY ? text.replaceAll(OF_BAR, '') : text;
  expect(own.split('\n').find((line) => OBEYED.test(line))).toBeUndefined();
  expect(text).toContain('\\u001b');
});
