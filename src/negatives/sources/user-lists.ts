/**
 * Negatives out of a list of items that each user has: what was shown to it, what turned it down, what a ranker cut. Drawn
 * uniformly with replacement; a user without a list has none.
 */
import { ConfigError } from '../../core/errors.js';
import { type Ragged, raggedFromPairs } from '../../core/ragged.js';
import type { Rng } from '../../core/rng.js';
import { EVENT_CODES, type EventName } from '../../data/interaction-set.js';
import { NO_ITEM, type OwnSource, type PositiveBatch, type SourceContext } from '../negative-source.js';

/** @param lists items of every user, `[numUsers]` rows */
export function fromUserLists(lists: Ragged): OwnSource {
  const { offsets, values } = lists;
  return {
    kind: 'own',
    draw(batch: PositiveBatch, perQuery: number, rng: Rng): Int32Array {
      const ids = new Int32Array(batch.userIndex.length * perQuery).fill(NO_ITEM);
      for (let slot = 0; slot < ids.length; slot++) {
        const user = batch.userIndex[Math.floor(slot / perQuery)];
        const length = offsets[user + 1] - offsets[user];
        if (length > 0) ids[slot] = values[offsets[user] + rng.integer(length)];
      }
      return ids;
    },
  };
}

/**
 * Distinct items of every user that have one of the events.
 * @throws ConfigError `NEGATIVES_NO_EVENTS` when the graph's log had none of them
 */
export function eventLists(
  { otherEvents, graph }: SourceContext,
  source: string,
  events: readonly EventName[],
): Ragged {
  const codes = new Set<number>(events.map((name) => EVENT_CODES[name]));
  const rows: number[] = [];
  for (let row = 0; otherEvents?.event && row < otherEvents.event.length; row++) {
    if (codes.has(otherEvents.event[row])) rows.push(row);
  }
  if (rows.length === 0) {
    throw new ConfigError(
      'NEGATIVES_NO_EVENTS',
      `negatives.sources: ${source} needs events of kind ${events.join(' or ')}, and the graph has none of its training period; ` +
        'build it from a log with an event column (data.columns.event, data.events)',
    );
  }
  return raggedFromPairs(
    Int32Array.from(rows, (row) => otherEvents!.userIndex[row]),
    Int32Array.from(rows, (row) => otherEvents!.itemIndex[row]),
    graph.numUsers,
  );
}
