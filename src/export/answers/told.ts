/** Blocks that tell how far they are, as they are taken. */
import type { Reporter } from '../../core/reporter.js';

interface Told {
  readonly title: string;
  /** Rows of all blocks. */
  readonly total: number;
  readonly unit: 'users' | 'items';
}

export async function* told<Row>(
  blocks: AsyncIterable<readonly Row[]>,
  reporter: Reporter,
  { title, total, unit }: Told,
): AsyncGenerator<readonly Row[]> {
  const progress = reporter.progress(title, total, unit);
  let done = 0;
  try {
    for await (const block of blocks) {
      yield block;
      done += block.length;
      progress.update(done);
      // lets signals and timers in between blocks
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    progress.finish();
  }
}
