/** A ranked list of items as a table. */
import { shown } from '../core/terminal/shown-text.js';
import type { RankedItem } from '../index.js';
import { cutTo, table } from './table.js';

const TITLE_WIDTH = 60;

/** An item whose score may be told in words. */
type ListedItem = Omit<RankedItem, 'score'> & { readonly score: number | string };

/** @param scoreName what the score is; `users` are counted */
export function rankedText(items: readonly ListedItem[], scoreName: string): string {
  const isCount = scoreName === 'users';
  const named = items.some(({ id, label }) => id !== label);
  const columns = [{ title: '#', align: 'right' } as const, { title: 'id', align: 'left' } as const];
  const titles = named ? [{ title: 'title', align: 'left' } as const] : [];
  const rows = items.map(({ id, label, score }, i) => [
    i + 1,
    id,
    ...(named ? [cutTo(shown(label), TITLE_WIDTH)] : []),
    typeof score === 'string' || isCount ? String(score) : score.toFixed(4),
  ]);
  return table([...columns, ...titles, scoreName], rows);
}
