/**
 * Cells of the results that were filed last. They have every figure but those of single users, so that a study that is
 * extended need not train its old rows again; the baseline, which the new ones are compared with user by user, shows
 * whether training still gives what was filed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byName, cachedCell, layersOf } from './cell.mjs';

/** Six digits of every number: more are noise, and twice the size. */
export const rounded = (_key, value) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

/** What a row was made of, as it is filed: all that its cells depend on but graph and seeds. */
export function originOf(study, variant, data) {
  if (variant.fuse) return { fuse: variant.fuse };
  if (variant.oracle) return {};
  const { seedOffset } = variant;
  return { ...layersOf(study, variant, data), ...(seedOffset && { seedOffset }) };
}

/** @returns the results with the latest date, or undefined */
export function filedResults(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return names.length === 0 ? undefined : JSON.parse(readFileSync(join(folder, names.sort().at(-1)), 'utf8'));
}

/**
 * @returns the row of a variant, or undefined where graph, configuration or seeds were others. A row of another name counts.
 */
export function filedRow(results, study, variant, data, graph, seeds) {
  const rows = results?.data.find(({ hash }) => hash === graph.manifest.hash)?.rows ?? [];
  const wanted = identity(originOf(study, variant, data), (name) => originOf(study, byName(study, name), data));
  return rows.find((row) => {
    const of = ({ fuse, preset, config, seedOffset }) => ({ fuse, preset, config, seedOffset });
    const own = identity(of(row), (name) => of(rows.find((part) => part.variant === name) ?? {}));
    return own === wanted && `${row.runs.map(({ seed }) => seed)}` === `${seeds}`;
  });
}

/** A fused row is what its parts are. */
function identity({ fuse, ...own }, originOfPart) {
  const { variants, ...how } = fuse ?? { variants: [] };
  return JSON.stringify(sorted({ ...own, ...how, parts: variants.map(originOfPart) }), rounded);
}

/** Keys in order, as files written by different versions may have them in another. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/**
 * Gives every cell its `result` where it is there: cached, or filed. Once a cell has to be made, the baseline has to be as
 * well, as new cells are compared with it user by user; if it is not what was filed, training has changed since, and nothing
 * that was filed is kept.
 *
 * @param cells with `set`, `variant`, `key` and, where a row was filed, `filed: { cell, difference }`; changed
 * @param {string} baseline name of a variant
 */
export function settle(cells, cache, baseline) {
  for (const cell of cells) cell.result = cachedCell(cache, cell.key);
  for (const set of new Set(cells.map((cell) => cell.set))) {
    const own = cells.filter((cell) => cell.set === set);
    const isBaseline = ({ variant }) => variant.name === baseline;
    if (own.some((cell) => isBaseline(cell) && cell.result && cell.filed && !isSame(cell.result, cell.filed.cell))) {
      console.log(`${set}: ${baseline} is not what was filed, so that nothing that was filed is kept`);
      for (const cell of own) cell.filed = undefined;
    }
    const isExtended = own.some(({ filed }) => !filed);
    for (const cell of own) {
      if (!(isExtended && isBaseline(cell))) cell.result ??= cell.filed?.cell;
    }
  }
  return cells;
}

/** Whether a cell that was made again is the one that was filed. */
function isSame(cell, filed) {
  const figures = ({ failed, valid, test }) => JSON.stringify([failed, valid?.['ndcg@20'], test?.['ndcg@20']], rounded);
  return figures(cell) === figures(filed);
}
