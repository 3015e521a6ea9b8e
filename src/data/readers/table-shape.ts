/**
 * Whether lines of tokens are rows of a table (user item rating time) rather than lists (user item item …), when both have
 * the same width: the columns of a table hold different kinds of things, the places of a list the same.
 */

/** Share of the lines that must have the commonest width; some rows of a table may be damaged. */
const LEAST_SHARE = 0.8;
/** Rows from which on few different values say something. */
const LEAST_ROWS = 20;
/** More values are no ratings. */
const MOST_RATINGS = 11;

export function looksLikeTable(lines: readonly (readonly string[])[]): boolean {
  const width = commonestWidth(lines);
  const rows = lines.filter((line) => line.length === width);
  if (width < 3 || rows.length < LEAST_SHARE * lines.length) return false;
  const column = (at: number): string[] => rows.map((row) => row[at]);
  const items = column(1);
  return Array.from({ length: width - 2 }, (_, i) => column(i + 2)).some(
    (cells) => (areTimes(cells) && !areTimes(items)) || haveFractions(cells, items) || areRatings(cells, items),
  );
}

function commonestWidth(lines: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of lines) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0][0];
}

/** Numbers of 1979 to 2096, in any unit. */
function areTimes(cells: readonly string[]): boolean {
  return [1, 1e3, 1e6, 1e9].some((unit) =>
    cells.every((cell) => Number(cell) >= 3e8 * unit && Number(cell) < 4e9 * unit),
  );
}

function haveFractions(cells: readonly string[], items: readonly string[]): boolean {
  const isFraction = (cell: string): boolean => /^-?\d*\.\d+$/.test(cell);
  return cells.some(isFraction) && cells.every((cell) => Number.isFinite(Number(cell))) && !items.some(isFraction);
}

/** Few small numbers beside many items. */
function areRatings(cells: readonly string[], items: readonly string[]): boolean {
  const values = new Set(cells);
  return (
    cells.length >= LEAST_ROWS &&
    values.size <= MOST_RATINGS &&
    3 * values.size <= new Set(items).size &&
    cells.every((cell) => Math.abs(Number(cell)) <= 100)
  );
}
