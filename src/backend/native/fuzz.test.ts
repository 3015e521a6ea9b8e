/**
 * Every function of the addon under spoilt arguments (tests/native-fuzz.mjs), in a process of its own: none may crash,
 * write outside its arrays, or fail without saying why.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { missingNative } from '../index.js';

const missing = missingNative();
const script = fileURLToPath(new URL('../../../tests/native-fuzz.mjs', import.meta.url));

function fuzz(options: string[], simd: string): ReturnType<typeof spawnSync> {
  const env = { ...process.env, TWINLIGHT_SIMD: simd, TWINLIGHT_THREADS: '3' };
  return spawnSync(process.execPath, [script, ...options], { encoding: 'utf8', env, timeout: 50_000 });
}

describe.skipIf(missing !== undefined)(`fuzz of the native kernels${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.each(['portable', 'avx2', 'avx512'])('every call returns or says what was wrong: %s', (simd) => {
    const options = ['--seed', '5', '--calls', '400'];
    const { status, signal, stdout, stderr } = fuzz(options, simd);
    if (status !== 0) {
      const last = String(fuzz([...options, '--trace'], simd).stderr)
        .trim()
        .split('\n')
        .at(-1);
      throw new Error(`${signal ?? `exit code ${status}`}; last call: ${last}\n${stderr}`);
    }
    const { counts } = JSON.parse(String(stdout)) as { counts: Record<string, { returned: number; threw: number }> };
    expect(Object.keys(counts).length).toBeGreaterThan(20);
    for (const [name, { returned, threw }] of Object.entries(counts)) {
      expect(`${name} returned ${returned >= 100}`).toBe(`${name} returned true`);
      // info takes nothing that could be wrong
      expect(`${name} threw ${threw >= 20}`).toBe(`${name} threw ${name !== 'info'}`);
    }
  });
});
