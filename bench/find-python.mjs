/** A Python with NumPy and PyTorch, for the peers of the benchmarks. */
import { spawnSync } from 'node:child_process';

/** @returns the program, `asked` first, or undefined where none has both */
export function findPython(asked) {
  const programs = [asked, 'python3', '/usr/bin/python3'].filter(Boolean);
  return programs.find((program) => spawnSync(program, ['-c', 'import numpy, torch']).status === 0);
}
