/** `twinlight report <run…>`: one HTML page about runs, for people. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  collect,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { openRun, warnOfUnfinished } from '../open-target.js';
import { writeText } from '../write-text.js';

interface ReportCommandOptions extends CommonOptions, ExtensionOptions {
  readonly out: string;
  readonly k?: number;
  readonly user?: readonly string[];
}

export function reportCommand(): Command {
  const command = new Command('report')
    .summary('one HTML page about runs: curves, cohorts, popularity, a map of items')
    .description(
      'Writes a page that needs no network: curves of training, test figures by cohort with paired comparisons, coverage and ' +
        'popularity, similarities, a map of the items with their nearest neighbours, prototypes, what some users get and where ' +
        'their held-out items got lost, the data, and how to reproduce it all. Of several runs of a graph the first is told of ' +
        'in full, and the others are compared with it. Needs the optional package echarts.',
    )
    .argument('<runs...>', 'run folders, or their ids under checkpoints/')
    .option('--out <file>', 'the file to write', 'report.html')
    .option('--k <number>', 'length of the lists; by default that of the first run’s training.monitor', wholeNumber(1))
    .option('--user <id>', 'a user to trace; may be given again. Default: four users of different activity', collect);
  return completeCommand(
    withExtensions(command),
    [
      ['report checkpoints/my-run', 'writes report.html'],
      ['report joint two-tower popularity --out joint.html', 'joint in full, the others against it'],
      ['report my-run --user 196 --user 22', 'where did the items of these users get lost?'],
    ],
    report,
  );
}

async function report(
  { api, reporter }: CommandContext,
  paths: readonly string[],
  { out, k, user, extension }: ReportCommandOptions,
): Promise<CommandResult> {
  const runs = [];
  for (const path of paths) runs.push(await openRun(api, path, { extension }));
  for (const run of runs) warnOfUnfinished(run, reporter);
  const page = await api.reportRuns(runs, { k, users: user, reporter });
  const file = resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  writeText(file, page);
  const bytes = Buffer.byteLength(page);
  return { json: { file, bytes }, text: `page ${out} (${(bytes / 1e6).toFixed(1)} MB)` };
}
