/**
 * A load profile of a running service: so many requests a second over some connections, latencies by percentile, and every answer
 * compared with what the bundle answers here. Percentiles are of the times at which requests were due, not of those at which a busy
 * service let them be sent (autocannon's correction of coordinated omission).
 */

import { useBackend } from '../backend/index.js';
import { ConfigError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import { type Bundle, openBundle } from '../export/read-bundle.js';
import { answerRecommend } from './answers.js';
import { versionOf } from './edition.js';
import { recommendSchema } from './request-schemas.js';
import { loadAutocannon } from './serve-packages.js';

export interface BenchServeOptions {
  /** Of the service. */
  readonly url: string;
  /**
   * Folders of the editions that it may serve meanwhile: users of the first are asked for, and an answer should be what the bundle of its
   * version answers here.
   */
  readonly bundles: readonly string[];
  /** Requests a second; 0: as many as go. Default 200. */
  readonly rate?: number;
  /** Default 30. */
  readonly seconds?: number;
  /** Default 10. */
  readonly connections?: number;
  readonly k?: number;
  /** A condition that every request has. */
  readonly where?: string;
  /** Different users. Default 500. */
  readonly users?: number;
  readonly token?: string;
}

export interface LoadReport {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly latency: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  };
  /** Answers other than 200, connections that broke, requests without an answer in time. */
  readonly failed: number;
  /** Answers whose items are not those of the bundle of their version, or not in their order, and answers of no such version. */
  readonly wrong: number;
  /** Versions that the answers were of. */
  readonly versions: readonly string[];
}

/** @throws ConfigError `SERVE_PACKAGES`, `BENCH_SERVE`; what `openBundle` throws */
export async function benchServe(given: BenchServeOptions): Promise<LoadReport> {
  const { url, rate = 200, seconds = 30, connections = 10, token } = given;
  const autocannon = await loadAutocannon();
  await refuseUnreachable(url);
  const asked = await questionsOf(given);
  const versions = new Set<string>();
  let wrong = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    ...(rate > 0 && { overallRate: rate }),
    requests: asked.map(({ body, expected }) => ({
      method: 'POST' as const,
      path: '/v1/recommend',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body,
      onResponse(status: number, text: string) {
        if (status !== 200) return;
        const { items, version } = JSON.parse(text) as { items: { id: string }[]; version: string };
        versions.add(version);
        if (items.map(({ id }) => id).join('\n') !== expected.get(version)) wrong++;
      },
    })),
  });
  const { latency } = result;
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.average,
    latency: { p50: latency.p50, p90: latency.p90, p99: latency.p99, p999: latency.p99_9, max: latency.max },
    failed: result.non2xx + result.errors + result.timeouts,
    wrong,
    versions: [...versions],
  };
}

/** Requests, and the ids that their answers should have, by version. */
async function questionsOf({ bundles: folders, k = 20, where, users = 500 }: BenchServeOptions) {
  await useBackend('auto');
  const editions: { version: string; bundle: Bundle }[] = [];
  for (const folder of folders) editions.push({ version: await versionOf(folder), bundle: await openBundle(folder) });
  const known = editions[0]?.bundle.users;
  if (!known?.size) throw new ConfigError('BENCH_SERVE', 'expected a bundle that has users to ask for');
  const rng = Rng.of(1, 'bench-serve');
  const asked: { body: string; expected: Map<string, string> }[] = [];
  for (let i = 0; i < Math.min(users, known.size); i++) {
    const body = { user: known.idOf(rng.integer(known.size)), k, ...(where && { filter: { where } }) };
    const expected = new Map<string, string>();
    for (const { version, bundle } of editions) {
      const { items } = await answerRecommend(bundle, recommendSchema.parse(body));
      expected.set(version, items.map(({ id }) => id).join('\n'));
    }
    asked.push({ body: JSON.stringify(body), expected });
  }
  return asked;
}

async function refuseUnreachable(url: string): Promise<void> {
  const problem = await fetch(new URL('/healthz', url)).then(
    ({ ok, status }) => (ok ? undefined : `it answers ${status}`),
    (error: Error) => `${(error.cause as Error | undefined)?.message ?? error.message}`,
  );
  if (problem) throw new ConfigError('BENCH_SERVE', `no service at ${url}: ${problem}; start one with twinlight serve`);
}
