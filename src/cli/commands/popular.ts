/** `twinlight popular <run, bundle or graph>`: boards for nobody in particular, by a column of the items if wanted. */
import { Command, InvalidArgumentError } from 'commander';
import { shown } from '../../core/terminal/shown-text.js';
import type { Board, BoardSource, Fallback } from '../../index.js';
import {
  type Api,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  finiteNumber,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { type FilterOptions, filterOfOptions, filterText, withFilters } from '../filter-options.js';
import { openServable, targetOf } from '../open-target.js';
import { rankedText } from '../ranked-text.js';

interface PopularOptions extends CommonOptions, ExtensionOptions, FilterOptions {
  readonly newest?: boolean;
  readonly window?: number;
  readonly per?: string;
  readonly k: number;
}

export function popularCommand(): Command {
  const command = new Command('popular')
    .summary('popular or new items, by category if wanted')
    .description(
      'The items that most users had in training, or in its last days; with --newest those whose first training interaction came ' +
        'last. It needs no model: a graph will do. --per makes a board for every value of a column. What a bundle has are its first ' +
        '1,000 items, overall and in the last 1, 7, 30, 90 and 365 days.',
    )
    .argument('<source>', 'run or graph by its folder or id, or the folder of a bundle')
    .option('--newest', 'the items that came last, in place of those that most users had')
    .option('--window <days>', 'only the last so many days of training', positiveDays)
    .option('--per <column>', 'a board for every value of this column of the items')
    .option('--k <n>', 'items a board', wholeNumber(1), 20);
  return completeCommand(
    withExtensions(withFilters(command)),
    [
      ['popular graphs/my-graph', 'twenty items, with the number of users that had each'],
      ['popular my-run --window 7 --per genre --k 5', 'five of every genre, in the last week of training'],
      ['popular bundle --newest --filter "price < 20" --json', 'new and cheap, as JSON'],
    ],
    popular,
  );
}

async function popular(
  { api, reporter }: CommandContext,
  path: string,
  { newest, window: windowDays, per, k, ...options }: PopularOptions,
): Promise<CommandResult> {
  const filter = filterOfOptions(api, options);
  if (filter.mmr) throw new api.ConfigError('USAGE_POPULAR', 'a board is ranked without vectors: leave out --mmr');
  const source = await openSource(api, path, options, reporter);
  const by: Fallback['by'] = newest ? 'newest' : 'popular';
  const found = await api.boards(source, { by, windowDays, per, k, filter });
  const isFiltered = Object.keys(filter).length > 0;
  for (const note of new Set(found.flatMap(({ filtered }) => (per ? [] : filtered.notes)))) reporter.warn(note);
  const told = found.map((board) => boardText(board, by, per, isFiltered));
  return { json: { by, windowDays, per, boards: found }, text: told.join('\n\n') || 'there is nothing to show' };
}

async function openSource(
  api: Api,
  path: string,
  options: ExtensionOptions,
  reporter: CommandContext['reporter'],
): Promise<BoardSource> {
  const target = targetOf(api, path);
  if (target.kind === 'graph') return api.boardSourceOf(await api.loadGraph(target.folder));
  const { run, bundle } = await openServable(api, path, options, reporter);
  return (bundle ?? run).serving;
}

function boardText(
  { value, items, filtered }: Board,
  by: Fallback['by'],
  per: string | undefined,
  isFiltered: boolean,
) {
  const head = value === undefined ? [] : [`${shown(per!)} ${shown(value)}`];
  const filter = isFiltered && value === undefined ? [filterText(filtered)] : [];
  const dated = by === 'newest' ? items.map((item) => ({ ...item, score: dayOf(item.score) })) : items;
  return [...head, ...filter, rankedText(dated, by === 'newest' ? 'first had' : 'users')].join('\n');
}

const dayOf = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

function positiveDays(text: string): number {
  const value = finiteNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}
