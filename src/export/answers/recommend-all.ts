/**
 * Recommendations for many users as a file: user, item, rank (from 1), score, route; for a ranker also the vectors that the score is
 * made of, or its parts:
 *
 *     score = Σ_d parts[d],   parts[d] = user_vector[d] · item_vector[d]
 */
import { ConfigError } from '../../core/errors.js';
import { type Reporter, SILENT } from '../../core/reporter.js';
import {
  compileFilter,
  type EachOptions,
  type Profile,
  type Route,
  recommendEach,
  type Servable,
  type ServedModel,
  type UserAnswer,
  type VectorSpace,
} from '../../retrieval/index.js';
import type { ColumnValues, TableBlock, TableColumn } from './answer-table.js';
import { countProfiles, profilesOfFile } from './profiles-of-file.js';
import { told } from './told.js';
import { type AnswerFile, refuseTakenFile, type WrittenFile, writeAnswers } from './write-answers.js';

export interface RecommendAllOptions extends EachOptions, AnswerFile {
  /** File of the users, see `profiles-of-file.ts`; all that the model has by default. */
  readonly users?: string;
  /**
   * What a ranker learns from, beside the score: both vectors of every pair, or the products that the score is the sum of. Users of
   * whom nothing is known have neither, and are left out.
   */
  readonly forRanker?: 'vectors' | 'parts';
  readonly reporter?: Reporter;
}

export interface RecommendAllResult extends WrittenFile {
  /** Users that were asked for. */
  readonly users: number;
  readonly rows: number;
  readonly routes: Readonly<Record<Route, number>>;
  /** Users of whom nothing is known, and that have no rows. */
  readonly unanswered: number;
  /** Users that have fewer than k rows. */
  readonly short: number;
  /** What the filter lets through before anything is known of the user, of how many. */
  readonly passing: number;
  readonly numItems: number;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/**
 * @throws ConfigError `OUT_FORMAT`, `OUT_TAKEN`, `NO_EMBEDDINGS`, what `compileFilter` and `recommendForProfile` throw; DataError
 * `PROFILE_LINE`
 */
export async function recommendAll(model: Servable, options: RecommendAllOptions): Promise<RecommendAllResult> {
  const { out, overwrite, users: usersFile, forRanker, reporter = SILENT, filter: given, ...each } = options;
  refuseTakenFile({ out, overwrite });
  const { serving } = model;
  const space = forRanker && spaceOf(serving);
  const filter = given && 'mask' in given ? given : compileFilter(model, given ?? {});
  const total = usersFile === undefined ? serving.users.size : await countProfiles(usersFile);
  const profiles = usersFile === undefined ? everybody(serving) : profilesOfFile(usersFile);
  const answers = recommendEach(model, profiles, { ...each, filter, ...(forRanker && { fallback: false }) });
  const tally = new Tally(each.k ?? 20);
  const started = performance.now();
  const blocks = told(counted(answers, tally), reporter, { title: 'recommending', total, unit: 'users' });
  const columns = [...COLUMNS, ...(space ? rankerColumns(forRanker!, space.embeddingDim) : [])];
  const written = await writeAnswers({ out }, { columns, blocks: tableOf(serving, blocks, forRanker) });
  return {
    ...written,
    ...tally.counts(),
    passing: filter.mask.count(),
    numItems: filter.numItems,
    notes: filter.notes,
    seconds: (performance.now() - started) / 1000,
  };
}

const COLUMNS: readonly TableColumn[] = Object.freeze([
  { name: 'user', kind: 'text' },
  { name: 'item', kind: 'text' },
  { name: 'rank', kind: 'whole' },
  { name: 'score', kind: 'number' },
  { name: 'route', kind: 'text' },
]);

function rankerColumns(forRanker: 'vectors' | 'parts', dim: number): TableColumn[] {
  const names = forRanker === 'vectors' ? ['user_vector', 'item_vector'] : ['parts'];
  return names.map((name) => ({ name, kind: 'vector', dim }));
}

function spaceOf({ space, title }: ServedModel): VectorSpace {
  if (space) return space;
  throw new ConfigError('NO_EMBEDDINGS', `${title} ranks without vectors, so there are none for a ranker`);
}

function* everybody({ users }: ServedModel): Generator<Profile & { readonly user: string }> {
  for (const user of users.ids) yield { user };
}

/** What happened so far. */
class Tally {
  private users = 0;
  private rows = 0;
  private unanswered = 0;
  private short = 0;
  private readonly routes: Record<Route, number> = { hot: 0, warm: 0, cold: 0 };

  constructor(private readonly k: number) {}

  add({ route, items }: UserAnswer): void {
    this.users++;
    this.rows += items.length;
    if (route) this.routes[route]++;
    else this.unanswered++;
    if (items.length < this.k) this.short++;
  }

  counts() {
    const { users, rows, unanswered, short, routes } = this;
    return { users, rows, unanswered, short, routes };
  }
}

async function* counted(blocks: AsyncIterable<UserAnswer[]>, tally: Tally): AsyncGenerator<UserAnswer[]> {
  for await (const block of blocks) {
    for (const answer of block) tally.add(answer);
    yield block;
  }
}

async function* tableOf(
  model: ServedModel,
  blocks: AsyncIterable<readonly UserAnswer[]>,
  forRanker: 'vectors' | 'parts' | undefined,
): AsyncGenerator<TableBlock> {
  for await (const block of blocks) {
    const numRows = block.reduce((sum, { items }) => sum + items.length, 0);
    const values = [
      ...basicValues(model, block, numRows),
      ...(forRanker ? rankerValues(model, block, numRows, forRanker) : []),
    ];
    yield { numRows, values };
  }
}

function basicValues(
  { items: vocabulary }: ServedModel,
  block: readonly UserAnswer[],
  numRows: number,
): ColumnValues[] {
  const users: string[] = [];
  const items: string[] = [];
  const routes: string[] = [];
  const ranks = new Int32Array(numRows);
  const scores = new Float32Array(numRows);
  for (const answer of block) {
    scores.set(answer.scores, users.length);
    for (const [rank, item] of answer.items.entries()) {
      ranks[users.length] = rank + 1;
      users.push(answer.user);
      items.push(vocabulary.idOf(item));
      routes.push(answer.route!);
    }
  }
  return [users, items, ranks, scores, routes];
}

function rankerValues(
  { space }: ServedModel,
  block: readonly UserAnswer[],
  numRows: number,
  forRanker: 'vectors' | 'parts',
): ColumnValues[] {
  const dim = space!.embeddingDim;
  const ofUsers = new Float32Array(numRows * dim);
  const ofItems = new Float32Array(numRows * dim);
  let row = 0;
  for (const { items, vector } of block) {
    for (const item of items) {
      ofUsers.set(vector!, row * dim);
      ofItems.set(space!.rowOf('item', item), row * dim);
      row++;
    }
  }
  return forRanker === 'vectors' ? [ofUsers, ofItems] : [ofUsers.map((value, at) => value * ofItems[at])];
}
