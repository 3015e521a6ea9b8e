/** The table of neighbours of all items, or of all users, as a file: item (user), neighbour, rank (from 1), score. */
import { type Reporter, SILENT } from '../../core/reporter.js';
import type { Side } from '../../core/side.js';
import { type Servable, type SimilarEachOptions, type SimilarRows, similarEach } from '../../retrieval/index.js';
import { sideFilter } from '../../retrieval/serving/similar-each.js';
import type { TableBlock, TableColumn } from './answer-table.js';
import { told } from './told.js';
import { type AnswerFile, refuseTakenFile, type WrittenFile, writeAnswers } from './write-answers.js';

export interface SimilarAllOptions extends SimilarEachOptions, AnswerFile {
  /** Items (default), or users. */
  readonly of?: Side;
  readonly reporter?: Reporter;
}

export interface SimilarAllResult extends WrittenFile {
  /** Items or users that were asked for. */
  readonly asked: number;
  readonly rows: number;
  /** Those that have fewer than k neighbours. */
  readonly short: number;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** @throws ConfigError `OUT_FORMAT`, `OUT_TAKEN`, and what `similarEach` throws */
export async function similarAll(model: Servable, options: SimilarAllOptions): Promise<SimilarAllResult> {
  const { out, overwrite, of: side = 'item', k = 20, blockSize, filter: given, reporter = SILENT } = options;
  refuseTakenFile({ out, overwrite });
  const { serving } = model;
  const filter = sideFilter(serving, side, given);
  const vocabulary = side === 'user' ? serving.users : serving.items;
  const started = performance.now();
  const lists = similarEach(model, side, { k, blockSize, ...(side === 'item' && { filter }) });
  const counts = { asked: 0, rows: 0, short: 0 };
  const blocks = async function* (): AsyncGenerator<TableBlock> {
    for await (const block of told(lists, reporter, {
      title: 'comparing',
      total: vocabulary.size,
      unit: side === 'user' ? 'users' : 'items',
    })) {
      counts.asked += block.length;
      counts.rows += block.reduce((sum, { items }) => sum + items.length, 0);
      counts.short += block.filter(({ items }) => items.length < k).length;
      yield tableOf(block, vocabulary.ids);
    }
  };
  const written = await writeAnswers({ out }, { columns: columnsOf(side), blocks: blocks() });
  return { ...written, ...counts, notes: filter.notes, seconds: (performance.now() - started) / 1000 };
}

const columnsOf = (side: Side): readonly TableColumn[] => [
  { name: side, kind: 'text' },
  { name: 'neighbour', kind: 'text' },
  { name: 'rank', kind: 'whole' },
  { name: 'score', kind: 'number' },
];

function tableOf(block: readonly SimilarRows[], ids: readonly string[]): TableBlock {
  const pairs = block.flatMap(({ row, items, scores }) =>
    Array.from(items, (item, at) => ({ of: ids[row], neighbour: ids[item], rank: at + 1, score: scores[at] })),
  );
  return {
    numRows: pairs.length,
    values: [
      pairs.map(({ of }) => of),
      pairs.map(({ neighbour }) => neighbour),
      Int32Array.from(pairs, ({ rank }) => rank),
      Float32Array.from(pairs, ({ score }) => score),
    ],
  };
}
