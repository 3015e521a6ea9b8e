/**
 * What a long-running job tells its caller: messages, progress and warnings. The product's functions take a Reporter
 * and never print; the command line hands in one that draws on standard error.
 */

export interface ProgressHandle {
  /** Sets the amount done so far (same unit as `total`) and an optional short text beside the bar. */
  update(done: number, detail?: string): void;
  finish(): void;
}

export interface Reporter {
  /** One line about what is being done. */
  info(message: string): void;
  /** One line about something the user should know but that does not stop the job. */
  warn(message: string): void;
  /** Starts a progress display; `total` in `unit` (e.g. bytes, steps). */
  progress(title: string, total: number, unit: 'bytes' | 'steps' | 'users' | 'items'): ProgressHandle;
}

/** Says nothing: the default of every API function. */
export const SILENT: Reporter = {
  info() {},
  warn() {},
  progress: () => ({ update() {}, finish() {} }),
};
