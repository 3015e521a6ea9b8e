/**
 * Values of an event column → EVENT_CODES, by `data.events`. Without that table our own event names mean themselves
 * and every other value is a positive, which is told.
 */
import { ConfigError } from '../../core/errors.js';
import type { DataConfig } from '../data-config.js';
import { EVENT_CODES, type EventName } from '../interaction-set.js';

/** The row is left out on purpose. */
export const IGNORED_EVENT = -1;
/** `data.events` does not list the value. */
export const UNKNOWN_EVENT = -2;

const SHOWN = 10;

export class EventCoder {
  private readonly codes = new Map<string, number>();
  private readonly guessed = new Set<string>();
  private readonly isGiven: boolean;

  constructor(events: DataConfig['events']) {
    this.isGiven = events !== undefined;
    for (const [value, meaning] of Object.entries(events ?? {})) {
      this.codes.set(value, meaning === 'ignore' ? IGNORED_EVENT : EVENT_CODES[meaning]);
    }
    if (this.isGiven && !Object.values(events!).includes('positive')) {
      throw new ConfigError('CONFIG_EVENTS', 'data.events: expected at least one value that means "positive"');
    }
    if (!this.isGiven) {
      for (const name of Object.keys(EVENT_CODES)) this.codes.set(name, EVENT_CODES[name as EventName]);
    }
  }

  /** A code of EVENT_CODES, IGNORED_EVENT or UNKNOWN_EVENT. */
  code(value: string): number {
    const known = this.codes.get(value);
    if (known !== undefined) return known;
    if (this.isGiven) return UNKNOWN_EVENT;
    if (this.guessed.size < SHOWN) this.guessed.add(value);
    return EVENT_CODES.positive;
  }

  /** What the table lists, for messages. */
  get known(): string {
    return [...this.codes.keys()].join(', ');
  }

  notes(): string[] {
    if (this.guessed.size === 0) return [];
    return [
      `events ${[...this.guessed].join(', ')} were all taken as positive; data.events says what each value means`,
    ];
  }
}
