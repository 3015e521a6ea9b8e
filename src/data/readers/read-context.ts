/**
 * What every reader is given beside its file, and the one interface of readers.
 */
import type { Reporter } from '../../core/reporter.js';
import type { DataConfig } from '../data-config.js';
import type { InteractionCollector } from '../interaction-collector.js';
import { BadRows } from './bad-rows.js';
import { EventCoder } from './event-coder.js';
import type { SourceFile } from './text/source-file.js';
import { TimestampParser } from './timestamp-parser.js';

/** Shared by all files of one source. */
export interface ReadContext {
  readonly config: DataConfig;
  readonly collector: InteractionCollector;
  readonly badRows: BadRows;
  readonly timestamps: TimestampParser;
  readonly events: EventCoder;
  readonly reporter: Reporter;
  /** Sentences about what a reader guessed. */
  readonly notes: string[];
}

export function readContext(config: DataConfig, collector: InteractionCollector, reporter: Reporter): ReadContext {
  return {
    config,
    collector,
    badRows: new BadRows(config.onBadRow),
    timestamps: new TimestampParser(),
    events: new EventCoder(config.events),
    reporter,
    notes: [],
  };
}

/** Reads all interactions of `file` into the collector as rows of `part` (PARTS). */
export type InteractionReader = (file: SourceFile, part: number, context: ReadContext) => Promise<void>;
