import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './run-cli.js';

const SCRIPTS = [
  'steps.mjs',
  'build.mjs',
  'setup.mjs',
  'start.mjs',
  'test.mjs',
  'check-pack.mjs',
  'setup-tensorflow.mjs',
  'tensorflow-wheel.mjs',
];

it('the scripts that run before the installation use only what Node brings along', () => {
  for (const name of SCRIPTS) {
    const text = readFileSync(join(ROOT, 'scripts', name), 'utf8');
    const specifiers = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, specifier]) => specifier);
    expect(specifiers.filter((specifier) => !/^(node:|\.\/)/.test(specifier))).toEqual([]);
  }
});

it('the lockfile names no registry', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const entries = Object.entries<{ resolved?: string; integrity?: string }>(packages).filter(([path]) => path !== '');
  expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  expect(entries.filter(([, entry]) => entry.integrity === undefined)).toEqual([]);
});

describe('the build, on a made-up project', () => {
  let folder = '';
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const build = () => spawnSync(process.execPath, [join(folder, 'scripts', 'build.mjs')], { encoding: 'utf8' });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'twinlight-build-'));
    for (const path of ['scripts', 'tsconfig.json', 'tsconfig.build.json', 'package.json']) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    mkdirSync(join(folder, 'src', 'cli'), { recursive: true });
    write('src/cli/main.ts', 'export const answer: number = 42;\n');
    write('src/cli/main.test.ts', 'not even TypeScript');
    write('src/old.ts', 'export {};\n');
    write('src/data.json', '{}\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('compiles once, copies data files, and forgets what was removed', () => {
    expect(build()).toMatchObject({ status: 0 });
    const list = () => readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).sort();
    const files = ['.stamp', 'cli', join('cli', 'main.d.ts'), join('cli', 'main.js'), 'data.json'];
    expect(list()).toEqual([...files, 'old.d.ts', 'old.js'].sort());
    expect(build().stderr).toBe(''); // nothing to do, nothing said
    rmSync(join(folder, 'src', 'old.ts'));
    expect(build().stderr).toContain('build: compiling');
    expect(list()).toEqual([...files].sort());
  });

  it('keeps the last good build when the source has an error', () => {
    build();
    write('src/cli/main.ts', 'export const answer: number = "no";\n');
    const failed = build();
    expect(failed.status).toBe(1);
    expect(failed.stdout + failed.stderr).toContain('src/cli/main.ts(1,14)');
    expect(existsSync(join(folder, 'dist', 'cli', 'main.js'))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
    expect(build().status).toBe(1); // not taken for fresh
  });
});
