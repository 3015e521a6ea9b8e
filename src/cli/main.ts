#!/usr/bin/env node
import { isatty } from 'node:tty';
import { runCli } from './program.js';

/** Told now: of a terminal that is closed nobody can tell any more that it is one. */
const hasTerminal = [0, 1, 2].some((file) => isatty(file));
const HUNG_UP = 129;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EIO' && hasTerminal) return endAsHungUp();
  // a reader that closes the pipe early (`| head`) is no error
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`error: standard output can't be written to: ${error.message}\n`);
  process.exit(1);
});
// what goes to standard error may be lost; what is under way is still saved
process.stderr.on('error', () => {});

process.exitCode = (await runCli(process.argv.slice(2))) || process.exitCode;
if (process.exitCode === HUNG_UP && hasTerminal) endAsHungUp();

/** By the signal itself: at an ordinary end Node restores the terminal's settings, and aborts where there is no terminal. */
function endAsHungUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
