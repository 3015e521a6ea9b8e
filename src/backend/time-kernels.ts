/** Where the time of a step goes: every kernel of the current backend's table timed, for benchmarks. */
import type { Kernels } from './kernels.js';

export type KernelTimes = Map<keyof Kernels, { calls: number; milliseconds: number }>;

/**
 * The same table, adding up into `times`. On a GPU this is the time to launch the work, not to do it; of a kernel that
 * returns a promise, the time until it returns.
 */
export function timeKernels(kernels: Kernels, times: KernelTimes): Kernels {
  const timed = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (...args: unknown[]) => {
      const start = performance.now();
      try {
        return (kernel as (...args: unknown[]) => unknown)(...args);
      } finally {
        const entry = times.get(name as keyof Kernels) ?? { calls: 0, milliseconds: 0 };
        times.set(name as keyof Kernels, {
          calls: entry.calls + 1,
          milliseconds: entry.milliseconds + performance.now() - start,
        });
      }
    },
  ]);
  return Object.fromEntries(timed) as Kernels;
}
