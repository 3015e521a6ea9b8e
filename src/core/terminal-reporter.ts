/**
 * Reporters for people: a bar with the time left on a terminal, throttled plain lines in a log file, warnings only
 * when quiet. All write to standard error (or the stream handed in), so that standard output stays the result's.
 */
import cliProgress from 'cli-progress';
import type { ProgressHandle, Reporter } from './reporter.js';

const DEFAULTS = Object.freeze({
  /** Least milliseconds between two plain progress lines. Small floods a log; large looks like a hang. */
  plainIntervalMs: 5000,
  /** A plain progress that took less than this says nothing: short steps are not worth a line. */
  plainSilentMs: 1500,
  barSize: 24,
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
  /** Milliseconds from a monotone clock. */
  readonly now?: () => number;
}

/** The reporter that suits the stream: a bar on a terminal, plain lines elsewhere. */
export function terminalReporter(options: TerminalReporterOptions = {}): Reporter {
  const { quiet = false, stream = process.stderr as OutputStream, now = () => performance.now() } = options;
  const warn = (line: (text: string) => void) => (message: string) => line(`warning: ${message}`);
  if (quiet) {
    const line = (text: string) => void stream.write(`${text}\n`);
    return { info() {}, warn: warn(line), progress: () => ({ update() {}, finish() {} }) };
  }
  if (stream.isTTY) return barReporter(stream, now, warn);
  const line = (text: string) => void stream.write(`${text}\n`);
  return { info: line, warn: warn(line), progress: (...what) => plainProgress(line, now, ...what) };
}

function barReporter(
  stream: OutputStream,
  now: () => number,
  warn: (line: (text: string) => void) => (message: string) => void,
): Reporter {
  // erases the bar's line first; the bar draws itself again on its next update
  const line = (text: string) => void stream.write(`\r\x1b[K${text}\n`);
  return { info: line, warn: warn(line), progress: (...what) => barProgress(stream, now, ...what) };
}

function barProgress(
  stream: OutputStream,
  now: () => number,
  title: string,
  total: number,
  unit: Unit,
): ProgressHandle {
  const timer = remainingTime(now, total);
  let detail = '';
  let left = '';
  const bar = new cliProgress.SingleBar({
    stream,
    barsize: DEFAULTS.barSize,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    forceRedraw: true,
    gracefulExit: false, // signals belong to the command: Ctrl-C saves the run
    linewrap: true, // lines are cut here; the terminal's own setting stays as it is
    format: (options, { progress, value }) => {
      const filled = Math.round(Math.min(1, progress) * DEFAULTS.barSize);
      const drawn =
        options.barCompleteString!.slice(0, filled) + options.barIncompleteString!.slice(filled, DEFAULTS.barSize);
      const text = `${title} ${drawn} ${amount(value, unit)}/${amount(total, unit)}${left}${detail && `  ${detail}`}`;
      return text.slice(0, (stream.columns ?? 100) - 1);
    },
  });
  bar.start(total, 0);
  let open = true;
  return {
    update(done, text) {
      if (!open) return;
      left = timer(done);
      if (text !== undefined) detail = text;
      bar.update(done);
    },
    finish() {
      if (open) bar.stop();
      open = false;
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
