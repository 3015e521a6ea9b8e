/** `npm start [-- <folder>]`: set-up, then the main job on a real data set (src/cli/quickstart). */
import { setUp } from './setup.mjs';
import { runNode } from './steps.mjs';

setUp();
process.exitCode = runNode(['dist/cli/main.js', 'quickstart', ...process.argv.slice(2)]);
