/** What was written for many users or items, for people. */
import type { RecommendAllResult, Side, SimilarAllResult } from '../index.js';
import { keyValues } from './table.js';

export function recommendAllText(result: RecommendAllResult, k: number): string {
  const { file, users, rows, routes, unanswered, short, passing, numItems, bytes, seconds } = result;
  const ways = (['hot', 'warm', 'cold'] as const).filter((route) => routes[route] > 0);
  const told = ways.map((route) => `${grouped(routes[route])} ${route}`);
  if (unanswered > 0) told.push(`${grouped(unanswered)} without an answer`);
  const facts = keyValues(
    [
      ['users', `${grouped(users)}${told.length > 0 ? ` (${told.join(', ')})` : ''}`],
      ['rows', grouped(rows)],
      ['short', short > 0 ? `${grouped(short)} users have fewer than ${k} items` : undefined],
      ['items', passing < numItems ? `${grouped(passing)} of ${grouped(numItems)} pass the filter` : undefined],
      ['size', `${(bytes / 1e6).toFixed(1)} MB`],
      ['time', timeOf(users, 'users', seconds)],
    ],
    '  ',
  );
  return `recommendations ${file}\n${facts}`;
}

export function similarAllText(result: SimilarAllResult, side: Side, k: number): string {
  const { file, asked, rows, short, bytes, seconds } = result;
  const facts = keyValues(
    [
      [`${side}s`, grouped(asked)],
      ['rows', grouped(rows)],
      ['short', short > 0 ? `${grouped(short)} ${side}s have fewer than ${k} neighbours` : undefined],
      ['size', `${(bytes / 1e6).toFixed(1)} MB`],
      ['time', timeOf(asked, `${side}s`, seconds)],
    ],
    '  ',
  );
  return `neighbours ${file}\n${facts}`;
}

const timeOf = (count: number, unit: string, seconds: number): string =>
  `${seconds.toFixed(1)} s, ${grouped(Math.round(count / Math.max(seconds, 1e-3)))} ${unit} a second`;

const grouped = (count: number): string => count.toLocaleString('en-US');
