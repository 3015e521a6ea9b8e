/** Small bundles to serve, and somebody who asks a service over HTTP. */
import { join } from 'node:path';
import { exportRun } from '../src/export/export-run.js';
import type { Bundle } from '../src/export/read-bundle.js';
import type { OpenStore } from '../src/export/targets/target-index.js';
import { buildBipartiteCsr } from '../src/graph/bipartite-csr.js';
import { answerRecommend } from '../src/serve/answers.js';
import { recommendSchema } from '../src/serve/request-schemas.js';
import { type ServeOptions, type Service, serve } from '../src/serve/service.js';
import { fakeRun } from './fake-run.js';
import { MemoryTarget } from './memory-target.js';

/** Of 30 users, each of whom had an item. @returns its folder, `folder/name` */
export async function smallBundle(folder: string, name: string, numItems: number): Promise<string> {
  const each = Int32Array.from({ length: 30 }, (_, user) => user);
  const train = buildBipartiteCsr({ userIndex: each, itemIndex: each }, { numUsers: 30, numItems });
  const run = fakeRun({ folder: join(folder, name), numItems, history: 'none', graph: { train } });
  return (await exportRun(run, { out: join(folder, name) })).bundle;
}

/** On a free port, with nothing that goes on by itself. */
export function smallService(options: Partial<ServeOptions> & Pick<ServeOptions, 'bundles'>): Promise<Service> {
  return serve({ port: 0, watchSeconds: 0, batchThread: false, backend: 'wasm', ...options });
}

export const post = (url: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Of any route: tests look into it by name. */
// biome-ignore lint/suspicious/noExplicitAny: JSON from outside, each test says what it expects
type Json = any;

export async function answered(url: string, path: string, body: unknown): Promise<{ status: number; body: Json }> {
  const response = await post(url, path, body);
  return { status: response.status, body: await response.json() };
}

export const fetched = async (url: string, path: string): Promise<Json> => (await fetch(new URL(path, url))).json();

/** What the bundle answers without a service. */
export const offline = (bundle: Bundle, body: object) => answerRecommend(bundle, recommendSchema.parse(body));

export const idsOf = ({ items }: { items: readonly { id: string }[] }): string[] => items.map(({ id }) => id);

/** A store in which a bundle of 8 dimensions is live, and finds what it is told to. @param rows items of the bundle */
export function storeThatFinds(rows: number, find: (topK: number) => string[]): OpenStore {
  const index = { m: 16, efConstruction: 100 };
  const table = {
    side: 'item',
    serial: 1,
    rows,
    embeddingDim: 8,
    metric: 'cosine',
    longest: 1,
    columns: [],
    index,
  } as const;
  class Finds extends MemoryTarget {
    override async versions() {
      return [{ serial: 1, content: '', state: 'published' as const, deltas: 0, tables: [table], isLive: true }];
    }
    override async search(_: unknown, queries: readonly Float32Array[], { topK }: { readonly topK: number }) {
      return queries.map(() => find(topK));
    }
  }
  return { target: new Finds(), name: 'twinlight', efSearch: 10 };
}
