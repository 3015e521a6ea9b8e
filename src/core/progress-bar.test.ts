import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { afterEach, describe, expect, it } from 'vitest';
import { type TerminalReporterOptions, terminalReporter } from './terminal-reporter.js';

/** A terminal that interprets what is written to it; `screen` is what a person then sees, scrolled-off lines first. */
class Screen {
  private readonly terminal: InstanceType<typeof xterm.Terminal>;
  readonly stream: NonNullable<TerminalReporterOptions['stream']>;
  written = '';

  constructor(readonly columns: number) {
    // as the line discipline of a real one does: \n is a new line at its beginning
    this.terminal = new xterm.Terminal({ cols: columns, rows: 24, convertEol: true, allowProposedApi: true });
    const write = (text: string) => {
      this.written += text;
      this.terminal.write(text);
      return true;
    };
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
    this.stream = Object.assign(stream, { write }) as unknown as Screen['stream'];
  }

  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.terminal.write('', resolve));
    const { active } = this.terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)!.translateToString(true));
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
}

const RESULT = ['', 'metric      valid    test', '─────────  ──────  ──────', 'recall@20  0.1000  0.2000'];

describe.each([80, 120])('a terminal of %d columns', (columns) => {
  it.each([3, 60])('keeps every line of a job with %d epochs, and the result below them', async (epochs) => {
    const screen = new Screen(columns);
    let ms = 0;
    const reporter = terminalReporter({ stream: screen.stream, terminal: 'xterm', now: () => ms });
    reporter.info('run checkpoints/x');
    const bar = reporter.progress('training', epochs * 10, 'steps');
    const told = ['run checkpoints/x'];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (let step = 1; step <= 10; step++) {
        ms += 40;
        bar.update(
          (epoch - 1) * 10 + step,
          `epoch ${epoch}/${epochs}  main 0.123  contrastive 4.567  prototypes 8.901`,
        );
      }
      told.push(`epoch ${epoch}  recall@20 0.1234`);
      reporter.info(told.at(-1)!);
    }
    bar.finish();
    screen.stream.write(`${RESULT.join('\n')}\n`);
    expect(await screen.lines()).toEqual([...told, ...RESULT]);
  });

  it('shows the bar as the last line, under what was printed, and no wider than the terminal', async () => {
    const screen = new Screen(columns);
    let ms = 0;
    const reporter = terminalReporter({ stream: screen.stream, terminal: 'xterm', now: () => ms });
    const bar = reporter.progress('読み込み中'.repeat(3), 10, 'steps');
    ms = 100;
    bar.update(5, 'x'.repeat(columns));
    reporter.warn('odd');
    const lines = await screen.lines();
    expect(lines[0]).toBe('warning: odd');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^読.*[█░]/);
    bar.finish();
    expect(await screen.lines()).toEqual(['warning: odd']);
  });
});

it('a terminal that says it is 0 columns wide gets a bar', async () => {
  const screen = new Screen(80);
  Object.assign(screen.stream, { columns: 0 });
  terminalReporter({ stream: screen.stream, terminal: 'xterm' }).progress('training', 10, 'steps');
  expect((await screen.lines())[0]).toMatch(/^training ░+/);
});

it('draws no oftener than can be seen', () => {
  const screen = new Screen(80);
  const bar = terminalReporter({ stream: screen.stream, terminal: 'xterm', now: () => 0 }).progress('t', 1000, 'steps');
  for (let step = 1; step <= 1000; step++) bar.update(step);
  expect(screen.written.split('\r').length).toBeLessThan(5);
});

describe('a dumb terminal', () => {
  const before = process.env.TERM;
  afterEach(() => {
    if (before === undefined) delete process.env.TERM;
    else process.env.TERM = before;
  });

  it.each(['option', 'TERM'])('named by %s gets no escapes', (by) => {
    const screen = new Screen(80);
    if (by === 'TERM') process.env.TERM = 'dumb';
    let ms = 0;
    const reporter = terminalReporter({
      stream: screen.stream,
      now: () => ms,
      ...(by === 'option' && { terminal: 'dumb' }),
    });
    reporter.info('reading');
    const bar = reporter.progress('training', 10, 'steps');
    for (let step = 1; step <= 10; step++) {
      ms += 1000;
      bar.update(step);
    }
    bar.finish();
    expect(screen.written).toContain('training: 5/10');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(screen.written).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });
});
