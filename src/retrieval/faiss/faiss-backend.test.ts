import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faissBackend, loadFaissNode } from './faiss-backend.js';
import { buildFaissIndex } from './faiss-build.js';
import { openIndex } from './open-index.js';

const hasFaiss = loadFaissNode() !== undefined;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-backend-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('TWINLIGHT_FAISS', () => {
  const before = process.env.TWINLIGHT_FAISS;
  afterAll(() => {
    if (before === undefined) delete process.env.TWINLIGHT_FAISS;
    else process.env.TWINLIGHT_FAISS = before;
  });

  it('=own does all of Flat without the library, and names the way to the others', async () => {
    process.env.TWINLIGHT_FAISS = 'own';
    expect(faissBackend()).toMatchObject({ kind: 'own', detail: expect.stringContaining('TWINLIGHT_FAISS=own') });
    const items = Float32Array.from({ length: 40 }, (_, i) => i);
    const path = join(folder, 'flat.faiss');
    writeFileSync(path, await buildFaissIndex(items, 1));
    expect([...(await openIndex(path).search(Float32Array.of(1), 2)).ids]).toEqual([39, 38]);
    await expect(buildFaissIndex(items, 1, { factory: 'IVF1,Flat' })).rejects.toThrow(/needs the FAISS library/);
    expect(() => openIndex(path, { engine: 'faiss' })).toThrow(/searching an index "Flat" needs FAISS/);
  });

  it('with an unknown value is an error', () => {
    process.env.TWINLIGHT_FAISS = 'onw';
    expect(() => faissBackend()).toThrow(/expected one of auto, own, .*did you mean "own"/);
  });

  it.skipIf(!hasFaiss)('unset says what the library is', () => {
    delete process.env.TWINLIGHT_FAISS;
    const backend = faissBackend();
    expect(backend.kind).toMatch(/^faiss-node-/);
    expect(backend.detail).toContain('faiss-node');
  });
});
