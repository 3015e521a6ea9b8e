/** Files as a source: what a path names (`find-files.ts`), read by format (`readers/`), with feature files beside them. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256OfFile } from '../../core/atomic-file.js';
import type { Reporter } from '../../core/reporter.js';
import type { DataConfig, FormatName } from '../data-config.js';
import type { FeatureTable } from '../feature-table.js';
import type { FeatureSide } from '../features/feature-context.js';
import type { FeatureEntities } from '../features/feature-entities.js';
import { findFeatures } from '../features/find-features.js';
import { readFeatures } from '../features/read-features.js';
import { InteractionCollector } from '../interaction-collector.js';
import { PARTS } from '../interaction-log.js';
import { detectFormat } from '../readers/detect-format.js';
import { type ReadContext, readContext } from '../readers/read-context.js';
import { READERS } from '../readers/registry.js';
import { refuseGarbledIds } from '../readers/text/garbled-ids.js';
import { SourceFile } from '../readers/text/source-file.js';
import type { FileSet } from './find-files.js';
import type { InteractionSource, SourceFindings } from './interaction-source.js';

/** One file that was read. No folder: a manifest is the same wherever the data lie. */
export interface SourceFileRecord {
  readonly name: string;
  readonly role: 'interactions' | 'train' | 'valid' | 'test' | 'userFeatures' | 'itemFeatures';
  readonly bytes: number;
  /** Of the file as it lies on disk, lower-case hex. */
  readonly sha256: string;
}

export interface SourceDescription {
  readonly name: string;
  readonly format: FormatName;
  readonly files: readonly SourceFileRecord[];
}

export class FilesSource implements InteractionSource {
  readonly kind = 'files';
  readonly name: string;
  readonly place: string;
  private readonly collector: InteractionCollector;
  private readonly context: ReadContext;
  private readonly records: SourceFileRecord[] = [];
  /** Of the first file. */
  private format: FormatName | undefined;

  constructor(
    private readonly found: FileSet,
    private readonly config: DataConfig,
    reporter: Reporter,
  ) {
    this.name = found.name;
    this.place = found.place;
    this.collector = new InteractionCollector(config);
    this.context = readContext(config, this.collector, reporter);
  }

  async collect(): Promise<InteractionCollector> {
    const { collector, config, context } = this;
    const { files } = this.found;
    for (const { part, path } of files) {
      const file = new SourceFile(path);
      const format = config.format === 'auto' ? detectFormat(file) : config.format;
      this.format ??= format;
      await READERS[format](file, PARTS[part], context);
      await refuseGarbledIds(file, collector.users.vocabulary, collector.items.vocabulary);
      this.record(file, files.length === 1 ? 'interactions' : part);
    }
    return collector;
  }

  async features(side: FeatureSide, entities: FeatureEntities): Promise<FeatureTable | undefined> {
    const { folder, files } = this.found;
    const wanted = side === 'user' ? this.config.userFeatures : this.config.itemFeatures;
    const interactions = files.map(({ path }) => path);
    const path = findFeatures(wanted, side, folder, interactions);
    if (path === undefined && typeof wanted === 'string') return undefined;
    const file = path === undefined ? undefined : new SourceFile(path);
    const { table, vectorPaths } = await readFeatures({ table: file, folder }, side, entities, this.context);
    const role = `${side}Features` as const;
    if (file) this.record(file, role);
    for (const each of vectorPaths) {
      this.record({ name: basename(each), bytes: statSync(each).size, sha256: await sha256OfFile(each) }, role);
    }
    return Object.keys(table.columns).length === 0 && !file ? undefined : table;
  }

  findings(): SourceFindings & { readonly description: SourceDescription } {
    const { name, context, records } = this;
    return {
      description: { name, format: this.format!, files: records },
      warnings: context.badRows.notes(),
      notes: [...context.notes, ...context.events.notes()],
    };
  }

  private record({ name, bytes, sha256 }: Omit<SourceFileRecord, 'role'>, role: SourceFileRecord['role']): void {
    this.records.push({ name, role, bytes, sha256 });
  }
}
