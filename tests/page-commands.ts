/**
 * The commands of a page of documentation, run as a reader would: in an empty folder, in the page's order. What a page
 * shows of their output is compared with what they say; figures may differ (they do between backends), words may not.
 *
 * - a block `console`: `$ npx twinlight …` and what it prints, `…` where lines are left out; a command after which the
 *   page shows `error:` must fail, every other one must not;
 * - a block with a file name after its language (`yaml shop.yaml`) is written to that file;
 * - a block `js` is run by Node, a block `python` by a Python with FAISS and NumPy, where there is one.
 *
 * Blocks of other languages (`sh`, `text`) are not run.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { buildOnce, type Outcome, ROOT, runCli } from './run-cli.js';

interface PageBlock {
  readonly language: string;
  /** The file that the block is; absent for what is run. */
  readonly file?: string;
  readonly text: string;
}

interface PageCommand {
  readonly line: string;
  readonly shown: readonly string[];
}

/** What the commands of a page printed, by command line. */
export type PageOutputs = ReadonlyMap<string, string>;

const runFile = promisify(execFile);
const pythons = [process.env.TWINLIGHT_PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);

/** @param page path from the project's root */
export async function runPage(page: string): Promise<PageOutputs> {
  buildOnce();
  const cwd = mkdtempSync(join(tmpdir(), 'twinlight-page-'));
  const outputs = new Map<string, string>();
  try {
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(ROOT, join(cwd, 'node_modules', 'twinlight'), 'dir');
    for (const block of blocksOf(readFileSync(join(ROOT, page), 'utf8'))) {
      if (block.file !== undefined) writeFileSync(join(cwd, block.file), block.text);
      else if (block.language === 'console') await runConsole(block.text, cwd, outputs);
      else if (block.language === 'js') await runScript(process.execPath, 'block.mjs', block.text, cwd);
      else if (block.language === 'python') await runPython(block.text, cwd);
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  return outputs;
}

export function blocksOf(page: string): PageBlock[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, language, file, text]) => ({
    language,
    file,
    text,
  }));
}

async function runConsole(text: string, cwd: string, outputs: Map<string, string>): Promise<void> {
  for (const { line, shown } of commandsOf(text)) {
    const outcome = await runCli(argumentsOf(line), { cwd });
    const fails = shown.some((output) => output.startsWith('error:'));
    expect(outcome.code === 0, `${line}\n${outcome.stderr}`).toBe(!fails);
    expectShown(line, shown, outcome);
    outputs.set(line, outcome.stdout);
  }
}

function commandsOf(text: string): PageCommand[] {
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  const starts = lines.flatMap((line, i) => (line.startsWith('$ ') ? [i] : []));
  return starts.map((start, i) => ({
    line: lines[start].slice(2).replace(/\s+/g, ' '),
    shown: lines.slice(start + 1, starts[i + 1]).filter((line) => line.trim() !== '' && line.trim() !== '…'),
  }));
}

/** What comes after `npx twinlight`, with quotes as a shell takes them. */
function argumentsOf(line: string): string[] {
  expect(line, 'a page shows no other program').toMatch(/^npx twinlight /);
  return [...line.slice('npx twinlight '.length).matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare,
  );
}

function expectShown(line: string, shown: readonly string[], { stdout, stderr }: Outcome): void {
  const said = new Set(`${stdout}\n${stderr}`.split('\n').map(words));
  for (const output of shown) {
    // without faiss-node the export is written, but not searched, by FAISS
    if (output.includes('search by FAISS')) continue;
    expect(said, `${line} says: ${output}`).toContain(words(output));
  }
}

/** A line without its figures, its column widths, and the mark of the better run. */
function words(line: string): string {
  return line
    .replace(/[<+−-]? ?\d[\d.,e-]*/g, '#')
    .replace(/─+/g, '─')
    .replace(/ [AB]$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

async function runPython(code: string, cwd: string): Promise<void> {
  const python = pythons.find((name) => spawnSync(name, ['-c', 'import faiss, numpy']).status === 0);
  if (python === undefined) return console.warn('no Python with faiss and numpy: its blocks are not run');
  await runScript(python, 'block.py', code, cwd);
}

async function runScript(program: string, file: string, code: string, cwd: string): Promise<void> {
  writeFileSync(join(cwd, file), code);
  // OpenMP's threads wait for each other longer than these small searches take
  await runFile(program, [file], { cwd, env: { ...process.env, OMP_NUM_THREADS: '1' } });
}
