/** The load test tells right answers from wrong ones, and a service from none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallBundle, smallService } from '../../tests/small-service.js';
import { benchServe } from './bench-serve.js';
import type { Service } from './service.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-serve-'));
const SMALL = { rate: 40, seconds: 1, connections: 2, users: 20, k: 5 };
let bundle: string;
let other: string;
let service: Service;

beforeAll(async () => {
  bundle = await smallBundle(work, 'one', 120);
  other = await smallBundle(work, 'other', 140);
  service = await smallService({ bundles: [bundle], token: 'sixteen characters' });
});
afterAll(async () => {
  await service.close();
  rmSync(work, { recursive: true, force: true });
});

it('finds nothing wrong in answers of the same bundle, and much in those of another', async () => {
  const { url } = service;
  const token = 'sixteen characters';
  const right = await benchServe({ url, bundles: [bundle], token, ...SMALL });
  expect(right).toMatchObject({ failed: 0, wrong: 0, versions: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
  expect(right.requests).toBeGreaterThan(20);
  expect(right.latency.p50).toBeLessThanOrEqual(right.latency.p99);
  const wrong = await benchServe({ url, bundles: [other], token, ...SMALL });
  expect(wrong.wrong).toBe(wrong.requests);
  const either = await benchServe({ url, bundles: [other, bundle], token, ...SMALL });
  expect(either).toMatchObject({ failed: 0, wrong: 0 });
  const refused = await benchServe({ url, bundles: [bundle], ...SMALL });
  expect(refused.failed).toBe(refused.requests);
});

it('says where nobody answers', async () => {
  const gone = benchServe({ url: 'http://127.0.0.1:9', bundles: [bundle], ...SMALL });
  await expect(gone).rejects.toMatchObject({
    code: 'BENCH_SERVE',
    message: expect.stringContaining('twinlight serve'),
  });
});
