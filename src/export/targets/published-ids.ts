/** Whether ids can stand in a store as they are: an id that comes back changed is worse than one that is refused. */
import { DataError } from '../../core/errors.js';
import type { Side } from '../../core/side.js';
import type { VectorTarget } from './vector-target.js';

/** With the flag u, halves of whole pairs don't match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws DataError `PUBLISH_ID`, before anything is written */
export function assertIds(
  ids: readonly string[],
  side: Side,
  { place, longestId, takesNul }: Pick<VectorTarget, 'place' | 'longestId' | 'takesNul'>,
): void {
  for (const id of ids) {
    const problem = problemOf(id, longestId, takesNul);
    if (problem === undefined) continue;
    const shown = JSON.stringify(id.length > 40 ? `${id.slice(0, 40)}…` : id);
    throw new DataError(
      'PUBLISH_ID',
      `${place} can't hold the ${side} id ${shown} as it is: ${problem}; nothing was published`,
    );
  }
}

function problemOf(id: string, longest: number, takesNul: boolean): string | undefined {
  if (LONE_SURROGATE.test(id)) return 'it holds half of a surrogate pair, which is no character';
  if (!takesNul && id.includes('\0')) return 'it holds the character U+0000';
  const bytes = Buffer.byteLength(id);
  return bytes > longest ? `it has ${bytes} bytes, ${longest} are possible` : undefined;
}
