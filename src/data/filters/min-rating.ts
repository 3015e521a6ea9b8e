/**
 * Turns ratings into positives: a rating below the threshold is left out or becomes a rejection.
 */
import type { DataConfig } from '../data-config.js';
import { EVENT_CODES } from '../interaction-set.js';

/** The row is left out. */
export const DROPPED = -1;

/**
 * The event code of a row after the threshold, or DROPPED. Only positives are judged; a missing rating (NaN) is below
 * every threshold.
 */
export function rateEvent(
  event: number,
  rating: number,
  { minRating, belowMinRating }: Pick<DataConfig, 'minRating' | 'belowMinRating'>,
): number {
  if (minRating === undefined || event !== EVENT_CODES.positive || rating >= minRating) return event;
  return belowMinRating === 'rejected' ? EVENT_CODES.rejected : DROPPED;
}
