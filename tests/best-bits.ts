/** The bits of a run's best weights and embeddings, whichever run they are of: what the file says beside them is left out. */
import { join } from 'node:path';
import { bytesOf, sha256Of } from '../src/core/atomic-file.js';
import { readStateFile } from '../src/runs/state-file.js';

export function bestBits(run: string): string {
  const { arrays } = readStateFile(join(run, 'best.state'))!;
  const bits = Object.entries(arrays).map(([name, { values }]) => `${name} ${sha256Of(bytesOf(values))}`);
  return bits.join('\n');
}
