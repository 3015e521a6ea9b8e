/** `twinlight doctor`: what this machine has, what is missing, and how to get it. */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Api, type CommandContext, type CommandResult, completeCommand } from '../command-line.js';
import { dataFolders } from '../quickstart/find-data.js';
import { table, wrapped } from '../table.js';

interface Check {
  readonly name: string;
  readonly status: 'ok' | 'missing';
  readonly detail: string;
  /** Only where something is missing. */
  readonly howToGet?: string;
}

const OLDEST_NODE = 20;

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .summary('what works on this machine, and how to get the rest')
    .description('Shows the compute backends, FAISS and data sets: ok, or missing and how to get it.');
  return completeCommand(
    command,
    [
      ['doctor', 'one line a part'],
      ['doctor --json', 'the same for a script: {"checks": [{"name": …, "status": "ok" | "missing", …}]}'],
    ],
    doctor,
  );
}

async function doctor({ api }: CommandContext): Promise<CommandResult> {
  const checks = [
    checkNode(),
    checkMachine(),
    ...(await checkBackend(api)),
    ...(await checkBackends(api)),
    checkFaiss(api),
    checkData(),
  ];
  // what is left of 80 columns
  const width = 80 - Math.max(...checks.map(({ name }) => name.length)) - 'missing'.length - 4;
  const rows = checks.flatMap(({ name, status, detail, howToGet }) => {
    const lines = wrapped(howToGet ? `${detail}. ${howToGet}` : detail, width);
    return lines.map((line, i) => (i === 0 ? [name, status, line] : ['', '', line]));
  });
  const columns = ['part', 'state', 'detail'].map((title) => ({ title, align: 'left' }) as const);
  return { json: { checks }, text: table(columns, rows) };
}

function checkNode(): Check {
  const isRecent = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
  return isRecent
    ? { name: 'node', status: 'ok', detail: process.version }
    : {
        name: 'node',
        status: 'missing',
        detail: `${process.version} is too old`,
        howToGet: `Install Node ${OLDEST_NODE} or newer: https://nodejs.org`,
      };
}

function checkMachine(): Check {
  const gigabytes = (os.totalmem() / 2 ** 30).toFixed(1);
  const detail = `${os.platform()} ${os.arch()}, ${os.availableParallelism()} cores, ${gigabytes} GiB memory`;
  return { name: 'machine', status: 'ok', detail };
}

/** The backend that `--backend auto` takes, with its SIMD and threads. */
async function checkBackend(api: Api): Promise<Check[]> {
  try {
    const { name, detail, simd, threads } = await api.useBackend('auto');
    return [
      { name: 'backend', status: 'ok', detail: `${name}: ${detail}` },
      simd
        ? { name: 'simd', status: 'ok', detail: 'used by the backend' }
        : { name: 'simd', status: 'missing', detail: `the ${name} backend computes one number at a time` },
      { name: 'threads', status: 'ok', detail: threads === 0 ? 'as many as the library takes' : String(threads) },
    ];
  } catch (error) {
    const howToGet = 'Choose another with --backend wasm.';
    return [{ name: 'backend', status: 'missing', detail: (error as Error).message, howToGet }];
  }
}

/** What `--backend` may name, each with what it lacks here. */
async function checkBackends(api: Api): Promise<Check[]> {
  const states = await api.backendStates();
  return states.map(({ name, what, missing, howToGet }) => {
    const part = `--backend ${name}`;
    if (missing === undefined) return { name: part, status: 'ok', detail: what };
    return { name: part, status: 'missing', detail: `${what}: ${missing}`, howToGet };
  });
}

function checkFaiss(api: Api): Check {
  const { kind, detail } = api.faissBackend();
  return { name: 'faiss', status: kind === 'own' ? 'missing' : 'ok', detail };
}

function checkData(): Check {
  const found = [...dataFolders(), resolve('.cache')].flatMap((folder) =>
    dataSetsIn(folder).map((name) => ({ name, folder })),
  );
  if (found.length === 0) {
    const howToGet = 'Set TWINLIGHT_DATA to a folder with data sets, or let `twinlight quickstart` download one.';
    return { name: 'data', status: 'missing', detail: 'optional: no data set found', howToGet };
  }
  const folders = [...new Set(found.map(({ folder }) => folder))];
  const detail = folders.map(
    (folder) =>
      `${found
        .filter((set) => set.folder === folder)
        .map(({ name }) => name)
        .join(', ')} in ${folder}`,
  );
  return { name: 'data', status: 'ok', detail: detail.join('; ') };
}

/** Folders in `folder` that look like a data set: they hold files that a reader takes. */
function dataSetsIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const isLog = (file: string) => /\.(inter|csv|tsv|txt|jsonl)(\.gz)?$/.test(file);
    return entries
      .map((entry) => entry.name)
      .filter((name) => readdirSync(resolve(folder, name)).some(isLog))
      .sort();
  } catch {
    return [];
  }
}
