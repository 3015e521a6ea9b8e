/** What a real folder shows for an instant only. The rest: targets.contract.test.ts. */
import { expect, it } from 'vitest';
import { type LanceLibrary, LanceTarget } from './lancedb.js';
import { parseTargetUrl } from './target-url.js';

function targetThatFailsWith(message: string): LanceTarget {
  const connection = {
    tableNames: async () => ['shop_versions'],
    openTable: () => Promise.reject(new Error(message)),
    close: () => {},
  };
  const library = { connect: async () => connection } as unknown as LanceLibrary;
  return new LanceTarget(library, parseTargetUrl('lancedb:folder', {}), 'shop');
}

it('a table of versions that another process is just making has none yet', async () => {
  expect(await targetThatFailsWith("Table 'shop_versions' was not found  Caused by: …").versions()).toEqual([]);
});

it('one that can not be opened is an error', async () => {
  await expect(targetThatFailsWith('Permission denied').versions()).rejects.toThrow('Permission denied');
});

it('commits that meet and buckets that break off may be tried again', () => {
  const target = targetThatFailsWith('');
  const of = (message: string) => target.isTransient(new Error(message));
  expect(
    ['Retryable commit conflict for version 7', 'operation timed out', 'connection reset by peer'].map(of),
  ).toEqual([true, true, true]);
  expect(['Schema Error', 'Permission denied'].map(of)).toEqual([false, false]);
});
