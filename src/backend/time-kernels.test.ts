import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { currentKernels, type KernelTimes, recordKernelTimes, useBackend } from './index.js';

it('times every call of a kernel while asked to, and changes nothing else', async () => {
  await useBackend('cpu');
  const times: KernelTimes = new Map();
  recordKernelTimes(times);
  const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const gather = () => tf.tidy(() => [...currentKernels().gatherRows(table, Int32Array.of(2, 0)).dataSync()]);
  expect(gather()).toEqual([5, 6, 1, 2]);
  gather();
  expect(() => currentKernels().gatherRows(undefined as never, Int32Array.of(0))).toThrow();
  expect([...times.keys()]).toEqual(['gatherRows']);
  expect(times.get('gatherRows')!.calls).toBe(3);
  expect(times.get('gatherRows')!.milliseconds).toBeGreaterThan(0);
  recordKernelTimes(undefined);
  gather();
  expect(times.get('gatherRows')!.calls).toBe(3);
  table.dispose();
});
