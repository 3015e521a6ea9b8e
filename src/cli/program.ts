/** The command `twinlight`: its subcommands, and what happens when one is misused or fails. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { tellError } from './command-line.js';
import { COMMANDS } from './registry.js';

const INTRODUCTION = `Graph contrastive recall: interaction logs in, user and item embeddings and a FAISS index out.

The usual way:  build  →  train  →  evaluate  →  export`;

/** Runs the command line; returns the exit code: 0 done, 2 wrong usage or configuration, 3 bad data, 1 anything else. */
export async function runCli(args: readonly string[]): Promise<number> {
  const how = {
    json: args.includes('--json'),
    debug: args.includes('--debug') || Boolean(process.env.TWINLIGHT_DEBUG),
  };
  try {
    await program().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellError(error, { ...how, folderOption: folderOptionOf(args) });
    if (error.exitCode === 0) return 0; // --help and --version
    if (error.code === 'commander.help') return 2; // called without a command: the help was the answer
    return tellError(usageError(error, args), how);
  }
}

function program(): Command {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const root = new Command('twinlight')
    .description(INTRODUCTION)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help; `twinlight COMMAND --help` shows the options and examples of a command')
    .helpCommand(false)
    .showSuggestionAfterError();
  for (const command of COMMANDS) root.addCommand(command());
  for (const command of [root, ...root.commands]) {
    // told by tellError, once, in the form of all other errors
    command.exitOverride().configureOutput({ outputError() {} });
  }
  return root;
}

/** The option by which a command is told where to write. */
function folderOptionOf([name]: readonly string[]): string | undefined {
  const command = COMMANDS.map((make) => make()).find((made) => made.name() === name);
  return command?.options.map(({ long }) => long).find((long) => long === '--out' || long === '--run') ?? undefined;
}

/** commander's message in the form of our own errors, with where to look further. */
function usageError({ message, code }: CommanderError, [name]: readonly string[]): Error {
  const told = message.replace(/^error: /, '').replace(/\n\((.*)\)$/, ' ($1)');
  const known = COMMANDS.map((command) => command().name()).includes(name) ? `${name} ` : '';
  const kind = code
    .replace('commander.', '')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase();
  return Object.assign(new Error(`${told}; see: twinlight ${known}--help`), { code: `USAGE_${kind}`, exitCode: 2 });
}
