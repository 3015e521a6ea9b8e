/**
 * The last line of a terminal while a job runs: a bar with the amount done, the time left and a detail. Lines that are
 * printed meanwhile go above it. No cursor position is kept: what scrolls between two updates would move it.
 */
import type { ProgressHandle } from './reporter.js';
import { shown } from './terminal/shown-text.js';

const DEFAULTS = Object.freeze({
  barSize: 24,
  /** Least milliseconds between two drawings. Small floods slow connections; large looks like a stutter. */
  intervalMs: 50,
});

const ERASE_LINE = '\r\x1b[K';

interface Terminal extends NodeJS.WritableStream {
  readonly columns?: number;
}

/** What stands left and right of the bar. */
interface BarText {
  readonly title: string;
  /** Done so far, e.g. `50/100, 12 s left`. */
  readonly amount: string;
  readonly detail: string;
}

/** One terminal's last line; of several bars at once it shows the one that was updated last. */
export class TerminalLine {
  private drawn = '';

  constructor(
    private readonly stream: Terminal,
    private readonly now: () => number,
  ) {}

  /** Prints a line above the bar, if there is one. */
  print(text: string): void {
    this.stream.write(`${this.drawn && ERASE_LINE}${text}\n${this.drawn}`);
  }

  /** @param amountOf what to write beside the bar when `done` of `total` is done; asked at every update, so it may measure the pace */
  bar(title: string, total: number, amountOf: (done: number) => string): ProgressHandle {
    let detail = '';
    let drawnAt = Number.NEGATIVE_INFINITY;
    let open = true;
    const update = (done: number, text?: string): void => {
      if (!open) return;
      if (text !== undefined) detail = text;
      const amount = amountOf(done);
      if (this.now() - drawnAt < DEFAULTS.intervalMs) return;
      drawnAt = this.now();
      this.show(barLine(total > 0 ? done / total : 0, { title, amount, detail }, this.columns));
    };
    // without an amount: only the first update tells where a resumed job stands
    this.show(barLine(0, { title, amount: '', detail }, this.columns));
    return {
      update,
      finish: () => {
        if (open) this.show('');
        open = false;
      },
    };
  }

  private get columns(): number {
    // some terminals say 0
    return this.stream.columns || 80;
  }

  private show(text: string): void {
    this.stream.write(`${ERASE_LINE}${text}`);
    this.drawn = text;
  }
}

/** Shorter than the terminal is wide: a full line would wrap, and erasing it would leave its beginning. */
function barLine(progress: number, { title, amount, detail }: BarText, columns: number): string {
  const filled = Math.round(Math.max(0, Math.min(1, progress)) * DEFAULTS.barSize);
  const drawn = '█'.repeat(filled) + '░'.repeat(DEFAULTS.barSize - filled);
  return cutTo(shown(`${title} ${drawn} ${amount}${detail && `  ${detail}`}`), columns - 1);
}

/** Wide characters are taken for two columns: too short is harmless, too long is not. */
function cutTo(text: string, columns: number): string {
  let cut = '';
  let width = 0;
  for (const character of text) {
    width += /^[\u1100-\u11ff\u2e80-\uffef]|^\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
    if (width > columns) break;
    cut += character;
  }
  return cut;
}
