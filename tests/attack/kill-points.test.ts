/**
 * A process is killed at each of the calls by which it changes the disk, in turn, writes half way (`die-at-disk-call.mjs`).
 * What it leaves must be the old or the new one, whole, for whoever reads it next, and nothing of it may stay once the same
 * work has been done again.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settledFolder } from '../../src/core/disk/atomic-folder.js';
import { buildOnce } from '../run-cli.js';

const WORK = mkdtempSync(join(tmpdir(), 'twinlight-kill-points-'));
const PRELOAD = join(import.meta.dirname, 'die-at-disk-call.mjs');
const SCRIPT = join(import.meta.dirname, 'write-once.mjs');
const OLD = 'old'.repeat(50);
const NEW = 'new'.repeat(50);

/** Does in this process what the script does in one that is killed. */
let write: (what: Attack['what'], path: string, text: string) => Promise<void>;
beforeAll(async () => {
  buildOnce();
  const { WRITES } = await import(SCRIPT);
  write = async (what, path, text) => WRITES[what](path, text);
});
afterAll(() => rmSync(WORK, { recursive: true, force: true }));

/** @returns the signal that ended the process, or its exit code */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<string | number> {
  const child = spawn(process.execPath, ['--import', PRELOAD, SCRIPT, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((ended) => child.on('close', (code, signal) => ended(signal ?? code ?? -1)));
}

interface Attack {
  readonly what: 'file' | 'folder' | 'lock';
  /** Puts into a new folder what is there before. */
  readonly before: (folder: string) => Promise<void> | void;
  /** Looks at what the killed process left. */
  readonly after?: (path: string) => void;
  /** Names in the folder once the work is done. */
  readonly names: readonly string[];
}

async function attackEveryCall({ what, before, after = () => {}, names }: Attack): Promise<number> {
  const prepared = async (name: string) => {
    const folder = mkdtempSync(join(WORK, `${name}-`));
    await before(folder);
    return folder;
  };
  const counted = await prepared('count');
  const count = join(WORK, 'count');
  expect(await run([what, join(counted, 'target'), NEW], { DIE_COUNT: count })).toBe(0);
  const calls = Number(readFileSync(count, 'utf8'));
  const attack = async (call: number): Promise<void> => {
    const folder = await prepared(`call-${call}`);
    const path = join(folder, 'target');
    expect(await run([what, path, NEW], { DIE_AT: String(call) }), `call ${call}`).toBe('SIGKILL');
    after(path);
    await write(what, path, NEW);
    expect(readdirSync(folder).sort(), `left by a kill at call ${call}`).toEqual(names);
  };
  for (let call = 1; call <= calls; call += 2)
    await Promise.all([call, call + 1].filter((n) => n <= calls).map(attack));
  return calls;
}

describe('a folder', () => {
  const contentOf = (path: string) =>
    [join(path, 'a'), join(path, 'inner', 'b')].map((file) => readFileSync(file, 'utf8'));

  it('that is new is there as a whole or not at all', async () => {
    const calls = await attackEveryCall({
      what: 'folder',
      before: () => {},
      after(path) {
        if (existsSync(path)) expect(contentOf(path)).toEqual([NEW, NEW]);
      },
      names: ['target'],
    });
    expect(calls).toBeGreaterThan(10);
  });

  it('that is replaced is the old or the new one to whoever opens it', async () => {
    const seen = new Set<string>();
    let isMissing = false;
    await attackEveryCall({
      what: 'folder',
      before: (folder) => write('folder', join(folder, 'target'), OLD),
      after(path) {
        isMissing ||= !existsSync(path);
        const [a, b] = contentOf(settledFolder(path));
        expect(b).toBe(a);
        expect(existsSync(path)).toBe(true);
        seen.add(a);
      },
      names: ['target'],
    });
    expect([...seen].sort()).toEqual([NEW, OLD]);
    // the calls between the renames were hit
    expect(isMissing).toBe(true);
  });
});

it('a file that is replaced is the old or the new one', async () => {
  const seen = new Set<string>();
  await attackEveryCall({
    what: 'file',
    before: (folder) => writeFileSync(join(folder, 'target'), OLD),
    after: (path) => seen.add(readFileSync(path, 'utf8')),
    names: ['target'],
  });
  expect([...seen].sort()).toEqual([NEW + NEW, OLD].sort());
});

it('a lock whose process was killed is taken over, and nothing of it stays', async () => {
  await attackEveryCall({
    what: 'lock',
    before(folder) {
      mkdirSync(join(folder, 'kept'));
      writeFileSync(join(folder, 'target'), JSON.stringify({ pid: 2 ** 22 + 1, host: 'gone', since: 'then' }));
    },
    names: ['kept'],
  });
});
