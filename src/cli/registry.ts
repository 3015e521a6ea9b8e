/** Every subcommand, in the order in which the help lists them. */
import type { Command } from 'commander';
import { benchServeCommand } from './commands/bench-serve.js';
import { buildCommand } from './commands/build.js';
import { compareCommand } from './commands/compare.js';
import { doctorCommand } from './commands/doctor.js';
import { drawCommand } from './commands/draw.js';
import { embedCommand } from './commands/embed.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { fuseCommand } from './commands/fuse.js';
import { infoCommand } from './commands/info.js';
import { popularCommand } from './commands/popular.js';
import { publishCommand } from './commands/publish.js';
import { quickstartCommand } from './commands/quickstart.js';
import { recommendCommand } from './commands/recommend.js';
import { reportCommand } from './commands/report.js';
import { runsCommand } from './commands/runs.js';
import { sampleCommand } from './commands/sample.js';
import { serveCommand } from './commands/serve.js';
import { similarCommand } from './commands/similar.js';
import { trainCommand } from './commands/train.js';
import { tuneCommand } from './commands/tune.js';

export const COMMANDS: readonly (() => Command)[] = [
  buildCommand,
  trainCommand,
  tuneCommand,
  evaluateCommand,
  compareCommand,
  fuseCommand,
  exportCommand,
  recommendCommand,
  similarCommand,
  popularCommand,
  embedCommand,
  serveCommand,
  benchServeCommand,
  runsCommand,
  reportCommand,
  publishCommand,
  drawCommand,
  infoCommand,
  explainCommand,
  sampleCommand,
  doctorCommand,
  quickstartCommand,
];
