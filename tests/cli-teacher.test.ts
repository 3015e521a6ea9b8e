/** `train --teacher`: what it stands for under each preset, and what a run that has one can be resumed with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildOnce, runJson } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=1', 'training.batchSize=256'].flatMap((key) => ['--set', key]);
let folder = '';
let graph = '';
const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-teacher-'));
  const size = ['--users', '60', '--items', '50', '--mean-interactions', '12', '--seed', '3'];
  await json(['sample', '--out', 'world', ...size]);
  graph = (await json(['build', 'world', '--split', 'warm-cold-item'])).folder;
  for (const run of ['teacher', 'another']) {
    await json(['train', graph, '--preset', 'two-tower', '--run', `checkpoints/${run}`, ...TINY]);
  }
  const rows = 'rows: { name: tower, users: table, items: tower }, propagation: { name: none }';
  writeFileSync(join(folder, 'student.yaml'), `encoder: { ${rows} }\ncoldStart: { teacher: { of: scores } }\n`);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is what content-neighbours takes over, and what any other preset learns from', async () => {
  const shown = (...args: string[]) => json(['train', graph, '--teacher', 'teacher', '--print-config', ...args]);
  const placed = await shown('--preset', 'content-neighbours');
  expect(placed.ranker.run).toBe('checkpoints/teacher');
  expect(placed.coldStart.teacher).toBeUndefined();
  const taught = await shown('--preset', 'features');
  expect(taught.coldStart.teacher).toMatchObject({
    run: 'checkpoints/teacher',
    of: 'vectors',
    weight: 1,
    ids: 'learned',
  });
  const { error } = await json(['train', graph, '--teacher', 'world', '--print-config'], 2);
  expect(error).toMatchObject({ code: 'USAGE_TEACHER', message: expect.stringContaining('world is no run') });
}, 60_000);

it('may be given again to resume, and not changed', async () => {
  const student = ['--preset', 'two-tower', '--config', 'student.yaml', '--run', 'checkpoints/student', ...TINY];
  await json(['train', graph, '--teacher', 'teacher', ...student]);
  const resumed = (teacher: string, code?: number) =>
    json(
      ['train', '--run', 'checkpoints/student', '--resume', '--teacher', teacher, '--set', 'training.epochs=2'],
      code,
    );
  expect((await resumed('teacher')).epochs).toBe(2);
  expect((await resumed('another', 2)).error).toMatchObject({
    code: 'RESUME_CHANGED',
    message: expect.stringContaining('coldStart.teacher.run'),
  });
}, 60_000);
