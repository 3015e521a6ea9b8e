#!/usr/bin/env node
import { runCli } from './program.js';

// a reader that closes the pipe early (`| head`) is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = (await runCli(process.argv.slice(2))) || process.exitCode;
