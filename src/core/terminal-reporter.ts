/**
 * Reporters for people: a bar with the time left on a terminal, throttled plain lines in a log file, warnings only
 * when quiet. All write to standard error (or the stream handed in), so that standard output stays the result's.
 */
import { TerminalLine } from './progress-bar.js';
import type { ProgressHandle, Reporter } from './reporter.js';
import { shownLines } from './terminal/shown-text.js';

const DEFAULTS = Object.freeze({
  /** Least milliseconds between two plain progress lines. Small floods a log; large looks like a hang. */
  plainIntervalMs: 5000,
  /** A plain progress that took less than this says nothing: short steps are not worth a line. */
  plainSilentMs: 1500,
});

type Unit = Parameters<Reporter['progress']>[2];

interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalReporterOptions {
  /** Hide information and progress; warnings still come. */
  readonly quiet?: boolean;
  readonly stream?: OutputStream;
  /** The kind of terminal; by default what TERM says. One that is `dumb` understands no escapes and gets plain lines. */
  readonly terminal?: string;
  /** Milliseconds from a monotone clock. */
  readonly now?: () => number;
}

/** The reporter that suits the stream: a bar on a terminal, plain lines elsewhere and where `TERM` is `dumb`. */
export function terminalReporter(options: TerminalReporterOptions = {}): Reporter {
  const { quiet = false, stream = process.stderr as OutputStream, now = () => performance.now() } = options;
  const { terminal = process.env.TERM } = options;
  if (quiet) {
    const line = (text: string) => void stream.write(`${shownLines(text)}\n`);
    return { info() {}, warn: warn(line), progress: () => ({ update() {}, finish() {} }) };
  }
  if (stream.isTTY && terminal !== 'dumb') return barReporter(stream, now);
  const line = (text: string) => void stream.write(`${shownLines(text)}\n`);
  return { info: line, warn: warn(line), progress: (...what) => plainProgress(line, now, ...what) };
}

const warn = (line: (text: string) => void) => (message: string) => line(`warning: ${message}`);

function barReporter(stream: OutputStream, now: () => number): Reporter {
  const lastLine = new TerminalLine(stream, now);
  const line = (text: string) => lastLine.print(shownLines(text));
  return {
    info: line,
    warn: warn(line),
    progress(title, total, unit) {
      const timer = remainingTime(now, total);
      return lastLine.bar(title, total, (done) => `${amount(done, unit)}/${amount(total, unit)}${timer(done)}`);
    },
  };
}

function plainProgress(
  line: (text: string) => void,
  now: () => number,
  title: string,
  total: number,
  unit: Unit,
): ProgressHandle {
  const timer = remainingTime(now, total);
  const start = now();
  let last = start;
  let doneSoFar = 0;
  let open = true;
  return {
    update(done, detail) {
      doneSoFar = done;
      const left = timer(done);
      if (!open || now() - last < DEFAULTS.plainIntervalMs) return;
      last = now();
      line(
        `${title}: ${amount(done, unit)}/${amount(total, unit)} ${unitWord(unit)}${left}${detail ? `  ${detail}` : ''}`,
      );
    },
    finish() {
      if (open && now() - start >= DEFAULTS.plainSilentMs) {
        line(`${title}: ${amount(doneSoFar, unit)} ${unitWord(unit)} in ${formatDuration(now() - start)}`);
      }
      open = false;
    },
  };
}

/** Time left from the pace since the first update (a resumed job starts above zero); empty until a pace is known. */
function remainingTime(now: () => number, total: number): (done: number) => string {
  let first: { done: number; at: number } | undefined;
  return (done) => {
    first ??= { done, at: now() };
    const gained = done - first.done;
    if (gained <= 0 || done >= total) return '';
    return `, ${formatDuration(((now() - first.at) / gained) * (total - done))} left`;
  };
}

function amount(value: number, unit: Unit): string {
  return unit === 'bytes' ? `${(value / 1e6).toFixed(1)}` : Math.round(value).toLocaleString('en-US');
}

const unitWord = (unit: Unit): string => (unit === 'bytes' ? 'MB' : unit);

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
