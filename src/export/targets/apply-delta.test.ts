/** What a delta refuses before it changes anything. What it changes: targets.contract.test.ts. */
import { describe, expect, it } from 'vitest';
import { applyDelta, type Delta } from './apply-delta.js';
import type { LanceLibrary } from './lancedb.js';

/** LanceDB as far as a delta looks at it before it writes: one live version of two columns, and nothing that may be called. */
function libraryWith(isLive: boolean): LanceLibrary {
  const table = {
    side: 'item',
    serial: 4,
    rows: 2,
    embeddingDim: 2,
    metric: 'cosine',
    longest: 1,
    columns: [{ name: 'title', kind: 'text' }],
  };
  const record = JSON.stringify({ serial: 4, content: 'c', state: 'published', deltas: 0, tables: [table] });
  const rows = [{ serial: 4, record, is_live: isLive, items: 'shop_items_v4', users: '' }];
  const catalogue = {
    schema: async () => ({ fields: Object.keys(rows[0]).map((name) => ({ name, type: {} })) }),
    query: () => ({ toArray: async () => rows }),
  };
  const connection = { tableNames: async () => ['shop_versions'], openTable: async () => catalogue, close: () => {} };
  return { connect: async () => connection } as unknown as LanceLibrary;
}

const apply = (delta: Partial<Delta>, isLive = true) =>
  applyDelta(
    { side: 'item', upserts: [], deletes: [], ...delta },
    { to: 'lancedb:x', name: 'shop', library: libraryWith(isLive) },
  );
const vector = new Float32Array(2);

describe('a delta is refused', () => {
  it.each([
    ['of a side that is not live', { side: 'user' as const }, 'PUBLISH_NOTHING_LIVE'],
    ['with a vector of another length', { upserts: [{ id: 'a', vector: new Float32Array(3) }] }, 'SHAPE'],
    ['with a column that is not there', { upserts: [{ id: 'a', vector, payload: { titel: 'x' } }] }, 'PUBLISH_PAYLOAD'],
    ['with an id twice', { upserts: [{ id: 'a', vector }], deletes: ['a'] }, 'PUBLISH_DELTA'],
    ['with half a character as id', { deletes: ['\ud800'] }, 'PUBLISH_ID'],
  ])('%s', async (_, delta, code) => {
    await expect(apply(delta)).rejects.toMatchObject({ code });
  });

  it('where nothing is live', async () => {
    await expect(apply({}, false)).rejects.toMatchObject({ code: 'PUBLISH_NOTHING_LIVE' });
  });
});
