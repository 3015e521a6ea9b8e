#!/usr/bin/env node
import { runCli } from './program.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // a reader that closes the pipe early (`| head`) is no error, nor is a terminal that is closed
  const isUnheard = error.code === 'EPIPE' || (error.code === 'EIO' && process.stdout.isTTY);
  if (isUnheard) process.exit();
  process.stderr.write(`error: standard output can't be written to: ${error.message}\n`);
  process.exit(1);
});
// what goes to standard error may be lost; what is under way is still saved
process.stderr.on('error', () => {});

process.exitCode = (await runCli(process.argv.slice(2))) || process.exitCode;
