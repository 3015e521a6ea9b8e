import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { formatDuration, type TerminalReporterOptions, terminalReporter } from './terminal-reporter.js';

/** A stream that keeps what is written, and a clock that is moved by hand. */
function setting(isTTY: boolean, columns = 120) {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY, columns }) as unknown as NonNullable<
    TerminalReporterOptions['stream']
  >;
  stream.write = ((text: string) => written.push(text)) as never;
  const clock = { ms: 0 };
  return { stream, clock, now: () => clock.ms, text: () => written.join('') };
}

describe('plain lines', () => {
  it('throttles progress and says how long it took', () => {
    const { stream, clock, now, text } = setting(false);
    const reporter = terminalReporter({ stream, now });
    reporter.info('reading');
    reporter.warn('odd row');
    const progress = reporter.progress('training', 100, 'steps');
    for (let step = 0; step <= 100; step++) {
      progress.update(step, `loss ${step}`);
      clock.ms += 100;
    }
    progress.finish();
    progress.finish();
    expect(text().split('\n')).toEqual([
      'reading',
      'warning: odd row',
      'training: 50/100 steps, 5.0 s left  loss 50',
      'training: 100/100 steps  loss 100',
      'training: 100 steps in 10 s',
      '',
    ]);
  });

  it('says nothing about a step that takes no time', () => {
    const { stream, now, text } = setting(false);
    const progress = terminalReporter({ stream, now }).progress('reading', 5e6, 'bytes');
    progress.update(5e6);
    progress.finish();
    expect(text()).toBe('');
  });

  it('takes the pace from where a resumed job started', () => {
    const { stream, clock, now, text } = setting(false);
    const progress = terminalReporter({ stream, now }).progress('training', 1000, 'steps');
    progress.update(900);
    clock.ms = 10_000;
    progress.update(950);
    expect(text()).toBe('training: 950/1,000 steps, 10 s left\n');
  });
});

describe('a terminal', () => {
  it('draws a bar no wider than the terminal, with detail and time left', () => {
    const { stream, clock, now, text } = setting(true, 60);
    const progress = terminalReporter({ stream, now }).progress('epoch 1', 10, 'steps');
    progress.update(0);
    clock.ms = 2000;
    progress.update(5, 'loss 1.25');
    progress.finish();
    expect(text()).toContain('5/10, 2.0 s left');
    expect(text()).toMatch(/█{12}░{12}/);
    expect(text()).not.toContain('\x1b[?7'); // the terminal's line wrapping is left alone
    const drawn = text()
      .split('\x1b')
      .map((part) => part.replace(/\r$/, '')) // the next drawing begins with it
      .map((part) => part.replace(/^\[[0-9;?]*[A-Za-z]/, ''));
    const longest = Math.max(...drawn.map((part) => part.length));
    expect(longest).toBeLessThan(60);
  });

  it('clears the bar before a message', () => {
    const { stream, now, text } = setting(true);
    const reporter = terminalReporter({ stream, now });
    const progress = reporter.progress('epoch 1', 10, 'steps');
    reporter.info('validated');
    progress.finish();
    progress.update(3);
    expect(text()).toContain('\r\x1b[Kvalidated\n');
  });

  it('leaves no signal handler behind', () => {
    const before = process.listenerCount('SIGINT');
    const { stream, now } = setting(true);
    const progress = terminalReporter({ stream, now }).progress('epoch 1', 10, 'steps');
    expect(process.listenerCount('SIGINT')).toBe(before);
    progress.finish();
  });
});

it('quiet shows warnings only', () => {
  const { stream, now, text } = setting(true);
  const reporter = terminalReporter({ stream, now, quiet: true });
  reporter.info('x');
  reporter.progress('x', 1, 'steps').update(1);
  reporter.warn('careful');
  expect(text()).toBe('warning: careful\n');
});

it('formats durations', () => {
  expect([400, 9940, 9960, 59_600, 200_000, 7_500_000].map(formatDuration)).toEqual([
    '0.4 s',
    '9.9 s',
    '10 s',
    '1 min 00 s',
    '3 min 20 s',
    '2 h 05 min',
  ]);
});
