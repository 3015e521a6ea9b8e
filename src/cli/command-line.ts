/**
 * What every command shares: the common options, one result printed either for people or as exactly one JSON document
 * on standard output, and errors told in one line with the right exit code. Everything else goes to standard error.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { shownJson, shownLines } from '../core/terminal/shown-text.js';
import type * as TwinlightApi from '../index.js';
import { formatError } from './error-text.js';

/** The whole public API. */
export type Api = typeof TwinlightApi;

/** What a command hands back, to be printed. */
export interface CommandResult {
  /** The JSON document of `--json`. */
  readonly json: unknown;
  /** The same for people; empty prints nothing. */
  readonly text: string;
  /** Other than 0 where the work was cut short on purpose (130 after Ctrl-C). */
  readonly exitCode?: number;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export interface CommandContext {
  readonly api: Api;
  readonly reporter: TwinlightApi.Reporter;
}

/**
 * Adds to a command `--json`, `--quiet`, `--debug`, the examples (line, meaning), and what it does. Its result is printed;
 * errors are thrown, for `runCli` to tell. The API is loaded only when the work begins, so that `--help` and usage errors
 * need not wait for it.
 *
 * @param work is given the arguments of the command line, then the options
 */
export function completeCommand<Given extends readonly unknown[]>(
  command: Command,
  examples: readonly (readonly [string, string])[],
  work: (context: CommandContext, ...given: Given) => Promise<CommandResult>,
): Command {
  const lines = examples.map(([line, meaning]) => `  # ${meaning}\n  twinlight ${line}`);
  return command
    .option('--json', 'print one JSON document on standard output')
    .option('-q, --quiet', 'no progress, only warnings and errors')
    .option('--debug', 'show the stack of an error')
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
    .action(async (...all: readonly unknown[]) => {
      // the last one is the command itself
      const given = all.slice(0, -1);
      const options = given.at(-1) as CommonOptions;
      const api = await import('../index.js');
      const reporter = api.terminalReporter({ quiet: options.quiet });
      await print(await work({ api, reporter }, ...(given as unknown as Given)), options);
    });
}

export interface ExtensionOptions {
  readonly extension?: readonly string[];
}

/** Adds `--extension` to a command that reads a run or a configuration. */
export function withExtensions(command: Command): Command {
  return command.option(
    '--extension <file>',
    'ES module with own losses, views, rows, negative sources or metrics, whose code runs; may be given again',
    collect,
  );
}

async function print(result: CommandResult, options: CommonOptions): Promise<void> {
  // first: it holds whether or not anybody reads the result
  if (result.exitCode !== undefined) process.exitCode = result.exitCode;
  if (options.json) await writeOut(`${shownJson(JSON.stringify(result.json, null, 2))}\n`);
  else if (result.text !== '') await writeOut(`${shownLines(result.text)}\n`);
}

interface ErrorForm {
  readonly json: boolean;
  readonly debug: boolean;
  /** The command's option that says where it writes, e.g. `--out`. */
  readonly folderOption?: string;
}

/** Tells an error on standard error, and as the JSON document where one was asked for; returns the exit code. */
export async function tellError(error: unknown, { json, debug, folderOption }: ErrorForm): Promise<number> {
  const { text, code, message, exitCode } = formatError(error, debug, folderOption);
  process.exitCode = exitCode;
  process.stderr.write(`${shownLines(text)}\n`);
  if (json) await writeOut(`${shownJson(JSON.stringify({ error: { code, message, exitCode } }, null, 2))}\n`);
  return exitCode;
}

/**
 * Resolves when the bytes are handed over: exiting earlier would cut a long document short on a pipe. What goes wrong the
 * stream's listener tells (`main.ts`), as it does for what commander writes.
 */
function writeOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

/** Option parser: a whole number ≥ `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** Option parser: any finite number. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number.');
}

/** Option parser: whole numbers ≥ 1 with commas between them, e.g. `10,20`. */
export function wholeNumberList(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(1)(part.trim()));
}

/** Option parser: names with commas between them. */
export const names = (text: string): string[] => text.split(',').map((name) => name.trim());

/** Option parser for options that may be given again and again. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
