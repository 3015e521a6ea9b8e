/**
 * Bad cases labelled by people: a file of user and item, one pair a line (a tab between them, or else a comma; quotes and a
 * header line allowed), by the ids of the logs. Pairs of users or items that the graph does not have, and pairs that are
 * training interactions, are left out.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError, DataError } from '../../core/errors.js';
import { raggedFromPairs } from '../../core/ragged.js';
import { hasEdge } from '../../graph/bipartite-csr.js';
import type { OwnSource, SourceContext } from '../negative-source.js';
import { hardShape } from '../source-options.js';
import { fromUserLists } from './user-lists.js';

export const labelledSchema = z.strictObject({
  name: z.literal('labelled'),
  ...hardShape,
  file: z
    .string()
    .min(1)
    .describe('pairs user,item, one a line; a few hundred of them move nothing but their own users'),
});

/**
 * @throws ConfigError `NEGATIVES_FILE` when the file can't be read or names no pair of the graph; DataError
 * `LABELLED_LINE` with file:line for a line that is no pair
 */
export function labelled({ users, items, graph, warn }: SourceContext, file: string): OwnSource {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      'NEGATIVES_FILE',
      `negatives.sources: labelled: can't read ${file}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  const userIndex: number[] = [];
  const itemIndex: number[] = [];
  const leftOut: { line: number; why: string }[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const cells = cellsOf(line);
    if (cells.length !== 2 || cells.includes('')) {
      const location = { file, line: at + 1 };
      throw new DataError('LABELLED_LINE', `expected a user and an item, got ${JSON.stringify(line)}`, { location });
    }
    const [user, item] = [users?.indexOf(cells[0]), items?.indexOf(cells[1])];
    if (user === undefined || item === undefined || hasEdge(graph, user, item)) {
      const [side, id] = user === undefined ? ['user', cells[0]] : ['item', cells[1]];
      const isKnown = user !== undefined && item !== undefined;
      const isHeader = at === 0 && user === undefined && item === undefined;
      if (!isHeader) leftOut.push({ line: at + 1, why: isKnown ? 'a training interaction' : `no ${side} "${id}"` });
      continue;
    }
    userIndex.push(user);
    itemIndex.push(item);
  }
  if (userIndex.length === 0) {
    throw new ConfigError(
      'NEGATIVES_FILE',
      `negatives.sources: labelled: ${file} has no pair of users and items of the graph that is no training interaction`,
    );
  }
  if (leftOut.length > 0) {
    const [{ line, why }] = leftOut;
    const total = userIndex.length + leftOut.length;
    warn?.(`labelled: ${leftOut.length} of ${total} lines of ${file} are left out, the first line ${line}: ${why}`);
  }
  return fromUserLists(raggedFromPairs(Int32Array.from(userIndex), Int32Array.from(itemIndex), graph.numUsers));
}

const CELL_OF = {
  '\t': / *(?:"((?:[^"]|"")*)"|([^\t]*?)) *(?:\t|$)/y,
  ',': /\s*(?:"((?:[^"]|"")*)"|([^,]*?))\s*(?:,|$)/y,
};

/** Cells without the spaces and the quotes around them; a doubled quote within quotes is one. */
function cellsOf(line: string): string[] {
  const delimiter = line.includes('\t') ? '\t' : ',';
  const cell = CELL_OF[delimiter];
  const cells: string[] = [];
  cell.lastIndex = 0;
  for (let goesOn = true; goesOn; ) {
    const [whole, quoted, plain] = cell.exec(line)!;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    goesOn = whole.endsWith(delimiter);
  }
  return cells;
}
