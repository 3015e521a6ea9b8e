/**
 * One contract for every vector store, each a real one that the test starts: what is published is what readers find, as a whole or not
 * at all. Needs `npm run setup:targets`; stores that are not there are skipped.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingStore } from '../../../scripts/target-servers.mjs';
import { testBundle } from '../../../tests/published-bundles.js';
import { buildOnce, ROOT } from '../../../tests/run-cli.js';
import { breaksContract } from '../../../tests/target-contract/breaks.js';
import { contentsContract } from '../../../tests/target-contract/contents.js';
import { type ContractBundles, LARGE, TargetContext } from '../../../tests/target-contract/target-context.js';
import { versionsContract } from '../../../tests/target-contract/versions.js';
import { lancedbReader } from '../../../tests/target-readers/lancedb-reader.js';
import { milvusReader } from '../../../tests/target-readers/milvus-reader.js';
import { postgresReader } from '../../../tests/target-readers/postgres-reader.js';
import { redisReader } from '../../../tests/target-readers/redis-reader.js';
import { TARGETS } from './registry.js';

const STORES = [postgresReader, milvusReader, redisReader, lancedbReader];

it('every store that can be published to is under the contract, with the client that is recommended', async () => {
  expect(STORES.map(({ kind }) => kind).sort()).toEqual(Object.keys(TARGETS).sort());
  const { CLIENTS } = await import(pathToFileURL(join(ROOT, 'scripts', 'setup-targets.mjs')).href);
  for (const { package: name, version } of Object.values(TARGETS)) expect(CLIENTS[name]).toBe(version);
});

const work = mkdtempSync(join(tmpdir(), 'twinlight-targets-'));
let bundles: ContractBundles;
beforeAll(async () => {
  buildOnce();
  bundles = {
    first: await testBundle(work, 'first'),
    second: await testBundle(work, 'second'),
    large: await testBundle(work, 'large', { numItems: LARGE }),
  };
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

// one server after another
describe.each(STORES.map((row) => [row.kind, row] as const))('%s', (_, row) => {
  const missing = missingStore(row.kind);
  if (missing) console.warn(`${row.kind}: skipped; ${missing}`);
  const store = new TargetContext(row, work);
  beforeAll(() => store.start(bundles), 90_000);
  afterAll(() => store.stop());

  contentsContract(store);
  versionsContract(store);
  breaksContract(store);
});
