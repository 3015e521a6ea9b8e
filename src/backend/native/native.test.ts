/** The native kernels as such: threads, instruction sets, bad input, memory that is used again. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentKernels, missingNative, useBackend } from '../index.js';
import { loadAddon, type NativeAddon } from './addon.js';
import type { NativeBackend } from './backend.js';

interface Outputs {
  readonly simd: string;
  readonly threads: number;
  readonly outputs: Record<string, { bits: string; sample: (number | string)[] }>;
}

function outputsWith(environment: Record<string, string>): Outputs {
  const script = fileURLToPath(new URL('../../../tests/native-outputs.mjs', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const missing = missingNative();

describe.skipIf(missing !== undefined)(`native kernels${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let addon: NativeAddon;
  let backend: NativeBackend;
  let single: Outputs;
  beforeAll(async () => {
    await useBackend('native');
    backend = tf.backend() as unknown as NativeBackend;
    addon = (loadAddon() as { addon: NativeAddon }).addon;
    single = outputsWith({ TWINLIGHT_THREADS: '1' });
  });

  it('say which instruction set and how many threads they use', async () => {
    const info = await useBackend('native');
    expect(info).toMatchObject({ name: 'native', device: 'cpu', threads: addon.info().threads });
    expect(info.detail).toContain(addon.info().simd);
    expect(single.threads).toBe(1);
  });

  it.each(['2', '3', '7'])('give the same bits on %s threads as on one', (threads) => {
    const several = outputsWith({ TWINLIGHT_THREADS: threads });
    expect(several.threads).toBe(Number(threads));
    for (const [name, { bits }] of Object.entries(single.outputs)) {
      expect(`${name}: ${several.outputs[name].bits}`).toBe(`${name}: ${bits}`);
    }
  });

  it.each(['portable', 'avx2'])('give the same numbers on other instruction sets: %s', (simd) => {
    const other = outputsWith({ TWINLIGHT_SIMD: simd });
    for (const [name, { sample }] of Object.entries(single.outputs)) {
      const scale = Math.max(...sample.map((value) => Math.abs(Number(value))));
      for (const [i, value] of sample.entries()) {
        expect(typeof value).toBe('number');
        expect(Math.abs(Number(other.outputs[name].sample[i]) - Number(value))).toBeLessThanOrEqual(3e-5 * scale);
      }
    }
  });

  it('take e^x to 2e-7 of its value, with its limits', () => {
    const x = Float32Array.from({ length: 20_001 }, (_, i) => (i - 10_000) * 0.0087);
    const out = new Float32Array(x.length);
    addon.unary(3, x, out);
    for (let i = 0; i < x.length; i++) {
      const expected = Math.exp(x[i]);
      expect(Math.abs(out[i] - expected)).toBeLessThanOrEqual(2e-7 * expected);
    }
    const limits = Float32Array.of(Number.NEGATIVE_INFINITY, -200, 0, 200, Number.POSITIVE_INFINITY, Number.NaN);
    const ends = new Float32Array(limits.length);
    addon.unary(3, limits, ends);
    const { POSITIVE_INFINITY, NaN: notANumber } = Number;
    expect([...ends]).toEqual([0, 0, 1, POSITIVE_INFINITY, POSITIVE_INFINITY, notANumber]);
  });

  it('carry NaN and infinity through as the arithmetic of JavaScript does', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 2];
    const pairs = values.flatMap((a) => values.map((b) => [a, b]));
    const a = Float32Array.from(pairs, ([x]) => x);
    const b = Float32Array.from(pairs, ([, y]) => y);
    const operations = [
      (x: number, y: number) => x + y,
      (x: number, y: number) => x - y,
      (x: number, y: number) => x * y,
      (x: number, y: number) => x / y,
      Math.max,
      Math.min,
    ];
    for (const [kind, operation] of operations.entries()) {
      const out = new Float32Array(pairs.length);
      addon.binary(kind, a, 0, b, 0, 1, pairs.length, out);
      expect([...out]).toEqual(pairs.map(([x, y]) => operation(x, y)));
    }
  });

  describe('refuse what does not fit, and go on', () => {
    const f = (length: number): Float32Array => new Float32Array(length);
    const matrix = { offsets: Int32Array.of(0, 1, 2), columns: Int32Array.of(1, 0), values: f(2) };
    const hop = { ...matrix, x: f(6), out: f(6) };
    const same = f(6);
    const outside = Int32Array.of(0, 2);
    const overlappingRows = (kernels: NativeAddon): void => {
      const out = f(4);
      kernels.gatherRows(f(6), new Int32Array(out.buffer, 0, 2), 2, 1, false, out);
    };
    const CALLS: [string, (kernels: NativeAddon) => unknown, RegExp][] = [
      ['no arguments', (k) => (k.sum as () => number)(), /x must be a Float32Array/],
      ['another type', (k) => k.sum(new Float64Array(2) as never), /x must be a Float32Array/],
      ['a plain array', (k) => k.sum([1, 2] as never), /x must be a Float32Array/],
      ['a negative length', (k) => k.allocate(-1), /whole number/],
      ['a length beyond memory', (k) => k.allocate(2 ** 52), /memory|more than/],
      ['NaN for a size', (k) => k.sumRows(f(4), Number.NaN, 2, f(2)), /whole number/],
      ['sizes whose product overflows', (k) => k.sumRows(f(4), 2 ** 52, 2 ** 52, f(2)), /memory/],
      ['offsets that descend', (k) => k.checkMatrix(Int32Array.of(0, 2, 1), Int32Array.of(0), 2), /must ascend/],
      ['a column outside', (k) => k.checkMatrix(Int32Array.of(0, 1, 2), Int32Array.of(0, 2), 2), /2 at position 1/],
      ['fewer values', (k) => k.propagate([{ ...hop, values: f(1) }], 3), /values: expected length 2, got 1/],
      ['a table of other rows', (k) => k.propagate([{ ...hop, x: f(9) }], 3), /x \(rows\)/],
      ['a row outside', (k) => k.propagate([{ ...hop, rows: Int32Array.of(2) }], 3), /rows: 2/],
      ['a position outside', (k) => k.propagate([{ ...hop, positions: Int32Array.of(-1, 2) }], 3), /positions: 2/],
      ['a dim of 0', (k) => k.propagate([{ ...hop, x: f(0), out: f(0) }], 0), /whole rows of 0/],
      ['a hop that is no object', (k) => k.propagate([null as never], 3), /cannot read .* no object/],
      ['gather outside', (k) => k.gatherRows(f(6), Int32Array.of(3), 2, 1, false, f(2)), /rows: 3/],
      ['scatter outside', (k) => k.scatterAddRows(f(2), Int32Array.of(-1), 2, 1, true, f(6)), /rows: -1/],
      ['a positive outside', (k) => softmax(k, { positive: Int32Array.of(0, 3) }), /positive: 3/],
      ['a masked key outside', (k) => softmax(k, { maskValues: Int32Array.of(9) }), /masked.values: 9/],
      [
        'mask offsets too far',
        (k) => softmax(k, { maskOffsets: Int32Array.of(0, 1, 5) }),
        /masked.values: expected length 5/,
      ],
      ['mask offsets that descend', (k) => softmax(k, { maskOffsets: Int32Array.of(1, 0, 1) }), /ascend/],
      ['a temperature of 0', (k) => softmax(k, { temperature: 0 }), /temperature/],
      ['a product that does not fit', (k) => k.matMul(f(6), f(6), 2, 2, 4, false, false, f(4)), /a: expected length 8/],
      ['an unknown operation', (k) => k.binary(6, f(1), 0, f(1), 0, 1, 1, f(1)), /kind is unknown/],
      ['an operand of another size', (k) => k.binary(0, f(2), 0, f(3), 0, 1, 3, f(3)), /a: expected length 3/],
      ['rows that the result would overwrite', overlappingRows, /out shares memory with rows/],
      ['a result over its input', (k) => k.transpose(same, 2, 3, same), /out shares memory with x/],
      ['a result over a part of its input', (k) => k.unary(0, same.subarray(0, 4), same.subarray(2)), /shares memory/],
      ['a matrix refused before, again', (k) => k.propagate([{ ...hop, columns: outside }], 3), /columns: 2/],
      ['one term', (k) => k.addAll([f(2)], f(2)), /at least two/],
      ['packed items of another size', (k) => topK(k, { packed: f(7) }), /packed: expected length/],
      ['a K of 0', (k) => topK(k, { k: 0, ids: new Int32Array(0), scores: f(0) }), /k must be at least 1/],
      ['results of another size', (k) => topK(k, { ids: new Int32Array(3) }), /ids: expected length 4, got 3/],
      ['floats for ids', (k) => topK(k, { ids: f(4) }), /ids must be a Int32Array/],
      ['exclusions of other queries', (k) => topK(k, { offsets: Int32Array.of(0, 1) }), /exclude.offsets/],
      ['exclusions that descend', (k) => topK(k, { offsets: Int32Array.of(0, 2, 1) }), /exclude.offsets/],
      ['more items than an index holds', (k) => topK(k, { numItems: 2 ** 33 }), /2\^31/],
      ['a wanted item outside', (k) => rankCount(k, 3), /wanted.values: 3/],
      ['wanted items of other queries', (k) => rankCount(k, 0, Int32Array.of(0, 1)), /wanted.offsets/],
      ['moments of another size', (k) => k.adam(f(2), f(2), f(1), f(2), 1, 0, 0, 0, 1, 0), /m: expected length 2/],
    ];

    function topK(kernels: NativeAddon, bad: object): void {
      const given = { packed: f(kernels.packedItems(3) * 2), numItems: 3, k: 2, ids: new Int32Array(4), scores: f(4) };
      const p = { ...given, offsets: Int32Array.of(0, 1, 1), values: Int32Array.of(1), ...bad };
      kernels.topK(f(4), p.packed, p.numItems, 2, 0, 0, p.k, p.offsets, p.values, p.ids, p.scores);
    }

    function rankCount(kernels: NativeAddon, wanted: number, offsets = Int32Array.of(0, 0, 1)): void {
      const packed = f(kernels.packedItems(3) * 2);
      const values = Int32Array.of(wanted);
      const out = [new Int32Array(1), new Int32Array(2)] as const;
      kernels.rankCount(f(4), packed, 3, 2, 0, 0, offsets, values, undefined, undefined, ...out);
    }

    function softmax(kernels: NativeAddon, bad: object): number {
      const plan = { positive: new Int32Array(2), temperature: 1, maskOffsets: Int32Array.of(0, 1, 1) };
      const p = { ...plan, maskValues: Int32Array.of(1), ...bad };
      const [offsets, values] = [p.maskOffsets, p.maskValues];
      return kernels.softmaxLoss(
        ...([
          f(4),
          f(6),
          2,
          p.positive,
          p.temperature,
          undefined,
          offsets,
          values,
          undefined,
          f(2),
          f(4),
          f(6),
        ] as const),
      );
    }

    it.each(CALLS)('%s', (_, call, message) => {
      expect(() => call(addon)).toThrow(message);
    });

    it('a detached array', () => {
      const array = f(8);
      structuredClone(array, { transfer: [array.buffer as ArrayBuffer] });
      expect(() => addon.matMul(array, f(4), 4, 2, 2, false, false, f(8))).toThrow(/a: expected length 8, got 0/);
    });
  });

  describe('memory', () => {
    const SIZE = 5000;
    const numbered = (): tf.Tensor1D => tf.tidy(() => tf.square(tf.range(0, SIZE)));

    it('of a disposed result serves the next one of its size', () => {
      const first = numbered();
      first.dispose();
      const held = backend.pool.held;
      expect(held).toBeGreaterThanOrEqual(4 * SIZE);
      const second = numbered();
      expect(backend.pool.held).toBeLessThan(held);
      second.dispose();
    });

    it('is left alone once it was seen from outside', () => {
      const tensor = numbered();
      const seen = tensor.dataSync();
      const slice = tf.slice(tensor, 10, 5);
      const reversed = tf.reverse(slice); // one of tfjs's own kernels
      tensor.dispose();
      for (let i = 0; i < 5; i++) tf.tidy(() => tf.neg(numbered()));
      expect([...seen.subarray(0, 4)]).toEqual([0, 1, 4, 9]);
      expect([...slice.dataSync()]).toEqual([100, 121, 144, 169, 196]);
      expect([...reversed.dataSync()]).toEqual([196, 169, 144, 121, 100]);
      tf.dispose([slice, reversed]);
    });

    it('of a variable is changed in place by Adam, of anything else never', () => {
      const given = new Float32Array(SIZE).fill(1);
      const tensor = tf.tensor2d(given, [SIZE, 1]);
      const variable = tf.variable(tensor);
      const [m, v] = [0, 0].map(() => tf.tidy(() => tf.variable(tf.zeros([SIZE, 1]))));
      const gradient = tf.ones([SIZE, 1]) as tf.Tensor2D;
      const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 };
      const step = (): void => currentKernels().adamStep({ parameter: variable, gradient, m, v, options });
      step();
      const own = backend.floats(variable);
      expect(own[0]).toBeCloseTo(0.9, 5);
      expect(given[0]).toBe(1);
      expect(tensor.dataSync()[0]).toBe(1);
      step();
      expect(backend.floats(variable)).toBe(own);
      const read = variable.dataSync();
      const before = read[0];
      step();
      expect(read[0]).toBe(before);
      expect(variable.dataSync()[0]).toBeLessThan(before);
      tf.dispose([tensor, variable, m, v, gradient]);
    });
  });
});
