/**
 * Ctrl-C, termination, and a terminal that closes: the first asks the work to save and stop, the second ends the process at
 * once.
 */
import type { Reporter } from '../index.js';

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof EXIT_CODES;

interface Interruption {
  /** Aborted, with the signal's name as reason, at the first signal. */
  readonly signal: AbortSignal;
  /** What the process ends with after a signal: 128 and the signal's number, as shells have it. */
  exitCode(): number;
  /** Gives the signals back their usual meaning. */
  release(): void;
}

export function abortOnSignals(reporter: Reporter): Interruption {
  const controller = new AbortController();
  const onSignal = (name: Signal) => {
    if (controller.signal.aborted) process.exit(EXIT_CODES[name]);
    reporter.warn(`${name}: saving after this step; once more to quit without saving`);
    controller.abort(name);
  };
  for (const name of Object.keys(EXIT_CODES) as Signal[]) process.on(name, onSignal);
  return {
    signal: controller.signal,
    exitCode: () => EXIT_CODES[controller.signal.reason as Signal],
    release() {
      for (const name of Object.keys(EXIT_CODES) as Signal[]) process.off(name, onSignal);
    },
  };
}
