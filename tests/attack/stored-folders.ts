/** Stored folders to spoil: a graph, runs and a bundle of version 0.1, and a run of today (`sealed`); fresh for every test. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { train } from '../../src/index.js';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'v0.1');
export const GRAPH = 'tiny_per-user-time_2d1058d4';

export interface StoredFolders {
  /** For files beside them. */
  readonly root: string;
  readonly work: string;
  readonly fresh: string;
  readonly graph: string;
  readonly run: string;
  readonly bundle: string;
}

/** @param parts of the fixtures, beside the graph */
export function storedFolders(parts: readonly string[]): StoredFolders {
  const root = mkdtempSync(join(tmpdir(), 'twinlight-stored-files-'));
  const [work, fresh] = [join(root, 'work'), join(root, 'fresh')];
  beforeAll(async () => {
    for (const part of [`graphs/${GRAPH}`, ...parts]) {
      cpSync(join(FIXTURES, part), join(fresh, part), { recursive: true });
    }
    const set = ['training.epochs=1', 'encoder.embeddingDim=4', 'training.batchSize=64'];
    const source = join(fresh, 'graphs', GRAPH);
    await train({ source, preset: 'two-tower', run: join(fresh, 'runs', 'sealed'), set, backend: 'cpu' });
  });
  beforeEach(() => {
    rmSync(work, { recursive: true, force: true });
    cpSync(fresh, work, { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const bundle = join(work, 'bundles', 'joint');
  return { root, work, fresh, graph: join(work, 'graphs', GRAPH), run: join(work, 'runs', 'sealed'), bundle };
}

export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
export const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
export const edit = (file: string, change: (value: Record<string, unknown>) => unknown): void =>
  writeFileSync(file, JSON.stringify(change(jsonOf(file))));
