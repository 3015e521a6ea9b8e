/**
 * Configurations that others wrote or changed: a run's since its training, a fusion in series that leads back to itself, YAML that
 * multiplies or never ends.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  DataError,
  fuseRuns,
  loadRun,
  parseAssignments,
  RunFolder,
  readConfigFile,
  train,
} from '../../src/index.js';
import { edit, sha256, storedFolders } from './stored-folders.js';

const { root, work, run } = storedFolders(['runs/joint-unfinished', 'runs/joint', 'runs/directau']);

describe('the configuration of a run', () => {
  const config = join(run, 'config.yaml');
  const changed = (): void =>
    writeFileSync(config, readFileSync(config, 'utf8').replace('batchSize: 64', 'batchSize: 65'));

  it('that was changed since training is refused, with what to do', async () => {
    changed();
    const message = /config.yaml: this file was changed since the run was trained.*restore it, or train a new run/;
    await expect(loadRun(run)).rejects.toThrow(message);
    await expect(train({ run, resume: true, backend: 'cpu' })).rejects.toThrow(message);
    await expect(loadRun(run)).rejects.toMatchObject({ code: 'RUN_CONFIG_CHANGED', exitCode: 3 });
  });

  it('may be changed by a run that goes on, and is sealed again', async () => {
    await train({ run, resume: true, set: ['training.epochs=2'], backend: 'cpu' });
    expect(new RunFolder(run).readManifest().nextConfigHash).toBeUndefined();
    expect((await loadRun(run)).config.training.epochs).toBe(2);
    changed();
    await expect(loadRun(run)).rejects.toThrow(/was changed/);
  });

  it('is either one while it is replaced', async () => {
    const before = readFileSync(config, 'utf8');
    const folder = new RunFolder(run);
    folder.writeConfig({ ...folder.readConfig(), seed: 43 });
    // killed here: no manifest followed
    expect((await loadRun(run)).config.seed).toBe(43);
    writeFileSync(config, before);
    expect((await loadRun(run)).config.seed).toBe(42);
    changed();
    await expect(loadRun(run)).rejects.toThrow(/was changed/);
  });

  it('of version 0.1 has no seal, opens, and is sealed once the run has gone on', async () => {
    const old = join(work, 'runs', 'joint-unfinished');
    expect(new RunFolder(old).readManifest().configHash).toBeUndefined();
    await train({ run: old, resume: true, backend: 'cpu' });
    expect(new RunFolder(old).readManifest().configHash).toBe(sha256(readFileSync(join(old, 'config.yaml'))));
  });

  it('without a seal is data, whatever it holds', async () => {
    edit(join(run, 'manifest.json'), ({ configHash, ...others }) => others);
    for (const text of [
      'a: [',
      'training: null',
      'losses: 7',
      '*nothing',
      '[]',
      '{}{',
      '\0',
      `a: ${'['.repeat(20_000)}`,
    ]) {
      writeFileSync(config, text);
      await expect(loadRun(run), text.slice(0, 20)).rejects.toThrow(DataError);
      await expect(train({ run, resume: true, backend: 'cpu' }), text.slice(0, 20)).rejects.toThrow(DataError);
    }
  });
});

describe('a series', () => {
  const [easy, hard] = ['directau', 'joint'].map((name) => join(work, 'runs', name));

  /** As `fuse --serial` writes it, of whatever runs. */
  async function series(name: string, runs: readonly string[]): Promise<string> {
    const out = join(work, 'runs', name);
    await fuseRuns([easy, hard], out, { serial: 10 });
    const folder = new RunFolder(out);
    const config = folder.readConfig();
    folder.writeConfig({ ...config, ranker: { ...(config.ranker as object), runs } });
    folder.writeManifest(folder.readManifest());
    return out;
  }

  it('that names itself', async () => {
    await expect(loadRun(await series('self', ['../self', '../joint']))).rejects.toThrow(/leads back to itself/);
    await expect(loadRun(await series('self2', ['../joint', '.']))).rejects.toThrow(/leads back to itself/);
  });

  it('of two that name each other', async () => {
    await series('a', ['../b', '../joint']);
    await series('b', ['../a', '../joint']);
    await expect(loadRun(join(work, 'runs', 'a'))).rejects.toThrow(/leads back to itself.*a → .*b → .*a/);
  });

  it('may have a run twice, and a series in it', async () => {
    const inner = await series('inner', ['../directau', '../joint']);
    const outer = await series('outer', [`../inner`, '../joint']);
    expect((await loadRun(outer)).recommender).toBeDefined();
    expect((await loadRun(inner)).recommender).toBeDefined();
  });
});

describe('YAML', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((c, i) => {
      const before = String.fromCharCode(97 + i);
      return `${c}: &${c} [${Array(9).fill(`*${before}`).join(', ')}]`;
    }),
  ].join('\n');
  const TEXTS = [
    bomb,
    'a: *unknown',
    `a: ${'['.repeat(50_000)}`,
    `a: ${'{a: '.repeat(2000)}`,
    '&a [*a]',
    '? [1]\n: 2',
    'a: !!js/function x',
    '%YAML 9',
  ];

  it.each(TEXTS)('is refused as configuration, or holds nothing dangerous: %.25s', (text) => {
    const file = join(root, 'x.yaml');
    writeFileSync(file, text);
    try {
      readConfigFile(file);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
    try {
      parseAssignments([`a=${text}`]);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
  });

  // the parser recurses: where the stack ends within a regular expression the process does
  it.each(['[', '{a: ', '- ', '? ', '[#\n', '- [', "['a', "])(
    'is refused at once where %j comes without end',
    (part) => {
      const file = join(root, 'endless.yaml');
      for (const times of [1000, 4000, 16_000, 100_000]) {
        for (const end of ['', ']'.repeat(times)]) {
          writeFileSync(file, `a:\n  ${part.repeat(times)}${end}`);
          expect(() => readConfigFile(file)).toThrow(ConfigError);
        }
      }
    },
  );

  it('may have many sections, lists and lines', () => {
    const file = join(root, 'long.yaml');
    const lines = Array.from({ length: 500 }, (_, i) => `  k${i}: {a: [${i}, "[[["], b: {c: []}}`);
    writeFileSync(file, `a:\n${lines.join('\n')}\nb:\n${'  - - - 1\n'.repeat(500)}`);
    expect(Object.keys(readConfigFile(file).a as object)).toHaveLength(500);
  });

  it('says what is wrong', () => {
    expect(() => parseAssignments(['a=*unknown'])).toThrow(/not valid YAML \(Unresolved alias/);
    expect(() => parseAssignments([`a=${'['.repeat(200)}${']'.repeat(200)}`])).toThrow(/nested deeper than 100/);
  });
});
