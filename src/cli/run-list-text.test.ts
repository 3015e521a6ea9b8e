import { expect, it } from 'vitest';
import type { ListedRun } from '../index.js';
import { runListText } from './run-list-text.js';

const run: ListedRun = {
  folder: 'checkpoints/a',
  id: 'a',
  preset: 'joint',
  graph: 'world_random_12345678',
  state: 'finished',
  refitted: true,
  epochs: 12,
  bestEpoch: 9,
  monitor: 'ndcg@20',
  valid: 0.12345,
  test: 0.5,
  changed: '2026-01-02T03:04:05.000Z',
};

it('runListText has a line a run, with what is known of it', () => {
  const begun: ListedRun = { ...run, folder: 'checkpoints/b', state: 'running', refitted: false, bestEpoch: 0 };
  const text = runListText('checkpoints', {
    runs: [run, { ...begun, valid: undefined, test: undefined }],
    unreadable: [{ folder: 'checkpoints/c', problem: 'damaged' }],
  });
  const lines = text.split('\n');
  expect(lines[2]).toMatch(
    /^checkpoints\/a +joint +world_random_12345678 +finished, refitted +12 +9 +ndcg@20 +0\.1235 +0\.5000 +2026-01-02 03:04$/,
  );
  expect(lines[3]).toMatch(/^checkpoints\/b .* running +12 +ndcg@20 +2026-01-02 03:04$/);
  expect(lines.at(-1)).toBe("checkpoints/c can't be read: damaged");
});

it('runListText says where there is nothing', () => {
  expect(runListText('x', { runs: [], unreadable: [] })).toBe('no runs in x; make one with twinlight train');
});
