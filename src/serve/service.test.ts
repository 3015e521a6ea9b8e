/** A service over real sockets: it answers as its bundle does, and refuses what it should. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answered, fetched, idsOf, offline, post, smallBundle, smallService } from '../../tests/small-service.js';
import { type Bundle, openBundle } from '../export/read-bundle.js';
import { answerBatch } from './answers.js';
import type { BundleSlot } from './bundle-slot.js';
import { httpServer } from './http-server.js';
import { batchSchema } from './request-schemas.js';
import type { ServeOptions, Service } from './service.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-serve-'));
const editions: Record<string, string> = {};
let first: Bundle;
let running: Service[] = [];

beforeAll(async () => {
  for (const [name, numItems] of Object.entries({ first: 120, second: 130 })) {
    editions[name] = await smallBundle(work, name, numItems);
  }
  first = await openBundle(editions.first);
});
afterEach(async () => {
  for (const service of running) await service.close();
  running = [];
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function started(options: Partial<ServeOptions> = {}): Promise<Service> {
  const service = await smallService({ bundles: [editions.first], ...options });
  running.push(service);
  return service;
}

describe('answers', () => {
  it('are those of the bundle: for users, histories, vectors and nobody', async () => {
    const { url } = await started();
    const vector = Array.from(first.serving.space!.rowOf('user', 3));
    for (const body of [
      { user: 'u3', k: 7 },
      { user: 'u3', k: 500, includeKnown: true },
      { history: ['i1', 'ünï 😀', 'two\nlines'], k: 5, explain: true },
      { user: 'nobody', history: ['i4'] },
      { vector, k: 9, filter: { deny: ['i1'] } },
      { user: 'u5', filter: { allow: ['i1', 'i2', ''] } },
      {},
    ]) {
      const { status, body: answer } = await answered(url, '/v1/recommend', body);
      expect(status).toBe(200);
      expect(answer).toMatchObject(JSON.parse(JSON.stringify(await offline(first, body))));
      expect(answer.bundle).toBe('first');
    }
    const own = await answered(url, '/v1/recommend', { user: 'u3', k: 9, includeKnown: true });
    const byVector = await answered(url, '/v1/recommend', { vector, k: 9 });
    expect(idsOf(byVector.body)).toEqual(idsOf(own.body));
    expect([own.body.route, byVector.body.route]).toEqual(['hot', 'vector']);
  });

  it('explain by the items of the history that are most like each', async () => {
    const { url } = await started();
    const history = ['i1', 'i2', 'i3', 'i4'];
    const { body } = await answered(url, '/v1/recommend', { history, k: 3, explain: true });
    const direction = (id: string) => {
      const row = first.serving.space!.rowOf('item', first.items.indexOf(id)!);
      return row.map((value) => value / Math.hypot(...row));
    };
    for (const { id, because } of body.items) {
      const cosines = history.map((one) => direction(one).reduce((sum, value, d) => sum + value * direction(id)[d], 0));
      const order = history.map((_, i) => i).sort((a, b) => cosines[b] - cosines[a]);
      expect(because.map((reason: { id: string }) => reason.id)).toEqual(order.slice(0, 3).map((i) => history[i]));
      expect(because[0].cosine).toBeCloseTo(cosines[order[0]], 5);
    }
  });

  it('of similar items and of vectors of new users', async () => {
    const { url } = await started();
    const similar = await answered(url, '/v1/similar', { item: 'C:\\new', k: 4 });
    expect(idsOf(similar.body)).toEqual(idsOf({ items: await first.similar('C:\\new', { k: 4 }) }));
    const filtered = await answered(url, '/v1/similar', { item: 'i1', k: 4, filter: { allow: ['i2', 'i3', 'i1'] } });
    expect(new Set(idsOf(filtered.body))).toEqual(new Set(['i2', 'i3']));
    expect(filtered.body.filtered).toMatchObject({ passing: 2 });
    const embed = await answered(url, '/v1/embed', { users: [{ history: ['i1'] }, { history: ['i2', 'i3'] }] });
    expect(embed.body).toMatchObject({ embeddingDim: 8, users: [{ length: 8 }, { length: 8 }] });
    const [made] = embed.body.users;
    expect(idsOf((await answered(url, '/v1/recommend', { vector: made, k: 200 })).body)).toContain('i1');
  });

  it('of a batch are those of its requests, and a refused one stops no other', async () => {
    for (const batchThread of [false, true]) {
      const { url } = await started({ batchThread });
      const requests = [{ user: 'u1' }, { vector: [1, 2] }, { history: ['i9'], k: 3 }];
      const { status, body } = await answered(url, '/v1/batch', { requests });
      expect(status).toBe(200);
      expect(idsOf(body.answers[0])).toEqual(idsOf(await offline(first, requests[0])));
      expect(body.answers[1]).toEqual({
        error: { code: 'REQUEST_VECTOR', message: 'vector: expected 8 numbers, got 2' },
      });
      expect(idsOf(body.answers[2])).toEqual(idsOf(await offline(first, requests[2])));
    }
  });

  it('of a batch say where the service failed at one, and what at', async () => {
    const broken = Object.create(first, {
      serving: { value: { ...first.serving, recommend: () => Promise.reject(new TypeError('at /some/path')) } },
    }) as Bundle;
    const { requests } = batchSchema.parse({ requests: [{ user: 'u1' }, { history: ['i9'], k: 3 }] });
    const { answers, faults } = await answerBatch(broken, { requests });
    expect(answers[0]).toEqual({ error: { code: 'INTERNAL', message: expect.not.stringContaining('/some/path') } });
    expect(answers[1]).toMatchObject({ route: 'warm' });
    expect(faults).toEqual([expect.stringContaining('TypeError: at /some/path')]);
  });

  it('are asked of a bundle by its name, of the first without one', async () => {
    const { url } = await started({ bundles: [editions.first, `other=${editions.second}`] });
    expect((await answered(url, '/v1/recommend', { user: 'u1' })).body.bundle).toBe('first');
    const { body } = await answered(url, '/v1/recommend', { bundle: 'other', user: 'u1', k: 6 });
    expect(idsOf(body)).toEqual(idsOf(await offline(await openBundle(editions.second), { user: 'u1', k: 6 })));
    const unknown = await answered(url, '/v1/recommend', { bundle: '../first', user: 'u1' });
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'UNKNOWN_BUNDLE' } } });
  });
});

/** What comes back to such bytes until the connection ends. */
function said(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text, 'latin1'));
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

it('an answer may take longer to be made than a request to come, and ends its connection where the service ends', async () => {
  const late = { answers: [], faults: [] };
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const answer = () => {
    begin();
    return new Promise((resolve) => setTimeout(() => resolve(late), 2500));
  };
  const thread = { pending: 0, answer };
  const slot = { name: 'slow', current: { bundle: first, version: 'v', thread } } as unknown as BundleSlot;
  const server = await httpServer([slot], {
    maxBodyBytes: 1000,
    maxConcurrent: 5,
    requestTimeoutMs: 1000,
    version: '0',
    onFault: () => undefined,
  });
  try {
    const url = await server.listen({ port: 0 });
    const coming = post(url, '/v1/batch', { requests: [{}] });
    await begun;
    const closed = server.close();
    const response = await coming;
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    expect(await response.json()).toMatchObject({ answers: [] });
    await closed;
  } finally {
    await server.close();
  }
});

describe('refusals', () => {
  it('say what is wrong, in JSON, and nothing of the inside', async () => {
    const { url } = await started({ maxBodyBytes: 2000 });
    const cases: [string, unknown, number, string][] = [
      ['/v1/recommend', '{"user": ', 400, 'FST_ERR_CTP_INVALID_JSON_BODY'],
      ['/v1/recommend', { user: 7 }, 400, 'REQUEST'],
      ['/v1/recommend', { k: '20' }, 400, 'REQUEST'],
      ['/v1/recommend', { k: 0 }, 400, 'REQUEST'],
      ['/v1/recommend', { usr: 'u1' }, 400, 'REQUEST'],
      ['/v1/recommend', { user: 'u1', vector: [1, 2, 3, 4, 5, 6, 7, 8] }, 400, 'REQUEST_VECTOR'],
      ['/v1/recommend', { user: 'nobody', fallback: false }, 404, 'UNKNOWN_ID'],
      ['/v1/recommend', { features: { age: 7 } }, 400, 'NO_TOWER'],
      ['/v1/recommend', { user: 'u1', filter: { where: 'price <' } }, 400, 'NO_ATTRIBUTES'],
      ['/v1/recommend', { user: 'u'.repeat(3000) }, 413, 'FST_ERR_CTP_BODY_TOO_LARGE'],
      ['/v1/similar', {}, 400, 'REQUEST_SIMILAR'],
      ['/v1/similar', { item: 'no such item' }, 404, 'UNKNOWN_ID'],
      ['/v1/recommend', { vector: Array(8).fill(0) }, 400, 'REQUEST_VECTOR'],
      ['/v1/recommend', { vector: Array(8).fill(1e-46) }, 400, 'REQUEST_VECTOR'],
      ['/v1/recommend', { vector: Array(8).fill(1e300) }, 400, 'REQUEST'],
      ['/%zz', {}, 400, 'FST_ERR_BAD_URL'],
      ['/v1/embed', {}, 400, 'REQUEST_EMBED'],
      ['/v1/../manifest.json', {}, 404, 'NO_ROUTE'],
    ];
    for (const [path, body, status, code] of cases) {
      const answer = await answered(url, path, body);
      expect([path, answer.status, answer.body.error.code]).toEqual([path, status, code]);
      expect(answer.body.error.message).not.toContain(work);
    }
  });

  it('name the field that there is not', async () => {
    const { url } = await started();
    const { body } = await answered(url, '/v1/recommend', { usr: 'u1' });
    expect(body.error.message).toContain('"usr"');
  });

  it('take JSON by its name alone', async () => {
    const { url } = await started();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await post(url, '/v1/recommend', { user: 'u1' }, { 'content-type': type });
      expect(answer.status).toBe(415);
      expect((await answer.json()).error.message).toContain('content-type: application/json');
    }
  });

  it('of what is no request of HTTP have the same form', async () => {
    const { url } = await started({ requestTimeoutMs: 2000 });
    const cases: [string, number][] = [
      ['\x16\x03\x01\x02\x00', 400],
      ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
      ['POST /v1/recommend HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{', 408],
    ];
    for (const [text, status] of cases) {
      const answer = await said(url, text);
      expect(answer.startsWith(`HTTP/1.1 ${status} `), answer).toBe(true);
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).error.message).toEqual(expect.any(String));
    }
  });

  it('ids with control characters come back as JSON has them', async () => {
    const { url } = await started();
    const response = await post(url, '/v1/similar', { item: '\u001b[31mred\u0007' });
    const text = await response.text();
    expect([...text].every((character) => character >= ' ')).toBe(true);
    expect(JSON.parse(text).error.message).toContain('\u001b[31mred');
  });

  it('a token is asked for where there is one, but not of who asks for health', async () => {
    const { url } = await started({ token: 'sixteen characters' });
    const without = await post(url, '/v1/recommend', { user: 'u1' });
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    for (const path of ['/docs/', '/docs/json', '/no/such/route'])
      expect([path, (await fetch(new URL(path, url))).status]).toEqual([path, 401]);
    const lower = await post(url, '/v1/recommend', { user: 'u1' }, { authorization: 'bearer sixteen characters' });
    expect(lower.status).toBe(200);
    expect((await post(url, '/v1/recommend', { user: 'u1' }, { authorization: 'Bearer wrong' })).status).toBe(401);
    const right = await post(url, '/v1/recommend', { user: 'u1' }, { authorization: 'Bearer sixteen characters' });
    expect(right.status).toBe(200);
    expect((await fetch(new URL('/metrics', url))).status).toBe(401);
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
  });

  it('who listens for others takes a token that can’t be guessed', async () => {
    await expect(started({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'SERVE_TOKEN' });
    await expect(started({ host: '0.0.0.0', token: 'short' })).rejects.toThrow(/5 characters, 16 at least/);
  });

  it('an address that asks too often waits', async () => {
    const { url } = await started({ ratePerSecond: 3 });
    const statuses = await Promise.all(Array.from({ length: 8 }, () => post(url, '/v1/recommend', { user: 'u1' })));
    expect(statuses.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  });

  it('more requests at a time than it is to take are told to come again', async () => {
    const { url } = await started({ maxConcurrent: 1 });
    const requests = Array.from({ length: 12 }, () =>
      post(url, '/v1/batch', { requests: Array(300).fill({ user: 'u1' }) }),
    );
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
    expect((await post(url, '/v1/recommend', { user: 'u1' })).status).toBe(200);
  });

  it('two bundles of one name, none, and one that is damaged', async () => {
    await expect(started({ bundles: [editions.first, editions.first] })).rejects.toMatchObject({
      code: 'SERVE_BUNDLES',
    });
    await expect(started({ bundles: [] })).rejects.toMatchObject({ code: 'SERVE_BUNDLES' });
    await expect(started({ bundles: [work] })).rejects.toMatchObject({ code: 'BUNDLE_MISSING' });
    const run = join(work, 'a run');
    mkdirSync(run);
    writeFileSync(join(run, 'manifest.json'), '{"formatVersion": 1, "id": "mine"}');
    await expect(started({ bundles: [run] })).rejects.toThrow(/a bundle is what twinlight export makes of a run/);
  });
});

it('describes itself as OpenAPI', async () => {
  const { url } = await started();
  const page = await fetch(new URL('/docs/', url));
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  const described = await fetched(url, '/docs/json');
  expect(Object.keys(described.paths).sort()).toEqual(
    ['/healthz', '/readyz', '/v1/batch', '/v1/embed', '/v1/recommend', '/v1/similar', '/version'].sort(),
  );
  const { properties } = described.paths['/v1/recommend'].post.requestBody.content['application/json'].schema;
  expect(properties.k).toMatchObject({ minimum: 1, maximum: 1000, default: 20 });
});
