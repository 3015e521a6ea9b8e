import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readStateFile, writeStateFile } from './state-file.js';

const folder = mkdtempSync(join(tmpdir(), 'twinlight-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const state = {
  meta: { step: 7, history: [{ epoch: 1 }] },
  arrays: {
    a: { shape: [2, 3], values: Float32Array.of(1, -2.5, 3e-38, Number.NaN, Number.POSITIVE_INFINITY, 0) },
    empty: { shape: [0, 4], values: new Float32Array(0) },
  },
};

describe('state file', () => {
  it('comes back as it was, bit for bit', () => {
    const path = join(folder, 'x.state');
    writeStateFile(path, state);
    expect(readStateFile(path)).toEqual(state);
  });

  it('is undefined where there is none', () => {
    expect(readStateFile(join(folder, 'none.state'))).toBeUndefined();
  });

  it('notices every changed byte', () => {
    const path = join(folder, 'damaged.state');
    writeStateFile(path, state);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x41;
      writeFileSync(path, damaged);
      let read: unknown;
      try {
        read = readStateFile(path);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^STATE_/);
        continue;
      }
      expect.unreachable(`byte ${at} was changed and went unnoticed: ${JSON.stringify(read)}`);
    }
  });

  it('notices a file cut short at any length', () => {
    const path = join(folder, 'short.state');
    writeStateFile(path, state);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => readStateFile(path)).toThrow(/checkpoint/);
    }
  });
});
