/**
 * Which column of a file is the user, the item, the time, the weight and the event: as configured, else by its name.
 */
import { DataError, type FileLocation } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import type { DataConfig } from '../data-config.js';
import { LEAST_DATE, TimestampParser } from './timestamp-parser.js';

/** Names by which a column is known, compared without case and without anything but letters and digits. */
const KNOWN_NAMES = Object.freeze({
  user: 'user userid uid username userindex useridx visitor visitorid customer customerid reviewerid member memberid',
  item:
    'item itemid iid itemname itemindex itemidx movie movieid product productid article articleid track trackid song ' +
    'songid artist artistid book bookid isbn asin sku business businessid parentasin',
  timestamp: 'timestamp time ts unixtime unixtimestamp unixreviewtime datetime date createdat eventtime reviewtime',
  weight: 'rating ratings score stars weight overall playcount count plays',
  event: 'event eventtype eventname action actiontype behavior behaviortype behaviour',
});

export type ColumnRole = keyof typeof KNOWN_NAMES;

/** Index from 0 of each role's column, -1 where there is none. */
export type ColumnRoles = Readonly<Record<ColumnRole, number>>;

const known = Object.fromEntries(
  Object.entries(KNOWN_NAMES).map(([role, names]) => [role, names.split(' ')]),
) as Record<ColumnRole, string[]>;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Index of the first column whose name is one of the role's known names, in the order of those names; else -1. */
export function columnByName(header: readonly string[], role: ColumnRole): number {
  const names = header.map(plain);
  for (const name of known[role]) {
    const index = names.indexOf(name);
    if (index >= 0) return index;
  }
  return -1;
}

/** Roles that a column of this name would have, were it there. */
export function rolesOf(name: string, columns: DataConfig['columns']): ColumnRole[] {
  const roles = Object.keys(KNOWN_NAMES) as ColumnRole[];
  return roles.filter((role) => {
    const wanted = columns[role];
    return wanted === undefined ? known[role].includes(plain(name)) : wanted === name;
  });
}

/** Whether any of the cells is a name that some role is known by, or one that the configuration names. */
export function looksLikeHeader(cells: readonly string[], columns: DataConfig['columns']): boolean {
  const configured = Object.values(columns);
  return cells.some(
    (cell) => configured.includes(cell) || Object.values(known).some((names) => names.includes(plain(cell))),
  );
}

/** What a message about a missing column can show. */
interface HeaderHints {
  /** Cells of a row of data. */
  readonly row?: readonly string[];
  /** Whether the header was guessed to be one, so that it may be data. */
  readonly mayBeData?: boolean;
}

/**
 * @param header names of the columns, in order
 * @throws DataError `DATA_DUPLICATE_COLUMN`, or `DATA_NO_COLUMN` when user or item is not found, or a configured
 * column does not exist
 */
export function rolesByHeader(
  header: readonly string[],
  columns: DataConfig['columns'],
  location: FileLocation,
  hints: HeaderHints = {},
): ColumnRoles {
  refuseDuplicates(header, location);
  const find = (role: ColumnRole): number => {
    const wanted = columns[role];
    if (wanted === false) return -1;
    if (typeof wanted === 'number') return byNumber(wanted, role, header.length, location);
    if (wanted === undefined) return columnByName(header, role);
    const index = header.indexOf(wanted);
    if (index >= 0) return index;
    const message = `expected a column "${wanted}" (data.columns.${role})${didYouMean(wanted, header)}, got ${header.join(', ')}`;
    throw new DataError('DATA_NO_COLUMN', message, { location });
  };
  const roles = {
    user: find('user'),
    item: find('item'),
    timestamp: find('timestamp'),
    weight: find('weight'),
    event: find('event'),
  };
  for (const role of ['user', 'item'] as const) {
    if (roles[role] >= 0) continue;
    const message =
      `expected a column with the ${role} ids, got ${header.join(', ')}; name it with data.columns.${role}, ` +
      `on the command line --columns ${proposedColumns(header, roles, hints.row)}${hints.mayBeData ? ', or say --no-header if this is a row' : ''}`;
    throw new DataError('DATA_NO_COLUMN', message, { location });
  }
  return refuseSharedColumn(roles, header, location);
}

/** A `--columns` that would do: the known roles as they are, and the columns left over in the usual order. */
function proposedColumns(header: readonly string[], roles: ColumnRoles, row: readonly string[] | undefined): string {
  const taken = new Set(Object.values(roles));
  const left = [...header.keys()].filter((column) => !taken.has(column));
  const isTime = (column: number): boolean => new TimestampParser().ofText(row?.[column] ?? '') >= LEAST_DATE;
  const pick = (known: number, candidates: readonly number[]): number => {
    const column = known >= 0 ? known : candidates.find((candidate) => left.includes(candidate));
    if (column === undefined) return -1;
    const at = left.indexOf(column);
    if (at >= 0) left.splice(at, 1);
    return column;
  };
  const times = left.filter(isTime);
  const others = left.filter((column) => !times.includes(column));
  const proposed = {
    user: pick(roles.user, [...others, ...times]),
    item: pick(roles.item, [...others, ...times]),
    timestamp: pick(roles.timestamp, times),
  };
  const pairs = Object.entries(proposed).flatMap(([role, column]) =>
    column >= 0 ? [`${role}=${header[column]}`] : [],
  );
  const text = pairs.join(',');
  return /^[\w=,.-]+$/u.test(text) ? text : `'${text}'`;
}

/**
 * Roles in a file without a header: as configured by number; else user is column 1, item column 2.
 *
 * @throws DataError `DATA_NO_COLUMN` when a column is configured by a name or lies outside
 */
export function rolesByNumber(numColumns: number, columns: DataConfig['columns'], location: FileLocation): ColumnRoles {
  const find = (role: ColumnRole, otherwise: number): number => {
    const wanted = columns[role];
    if (wanted === undefined) return otherwise;
    if (wanted === false) return -1;
    if (typeof wanted === 'number') return byNumber(wanted, role, numColumns, location);
    const message = `the file has no header, so data.columns.${role} must be a column number (from 1), got "${wanted}"`;
    throw new DataError('DATA_NO_COLUMN', message, { location });
  };
  const roles = {
    user: find('user', 0),
    item: find('item', 1),
    timestamp: find('timestamp', -1),
    weight: find('weight', -1),
    event: find('event', -1),
  };
  return refuseSharedColumn(
    roles,
    Array.from({ length: numColumns }, (_, i) => String(i + 1)),
    location,
  );
}

function byNumber(wanted: number, role: ColumnRole, numColumns: number, location: FileLocation): number {
  if (wanted <= numColumns) return wanted - 1;
  const message = `data.columns.${role} is ${wanted}, but there are only ${numColumns} columns`;
  throw new DataError('DATA_NO_COLUMN', message, { location });
}

function refuseDuplicates(header: readonly string[], location: FileLocation): void {
  const repeat = header.findIndex((name, index) => header.indexOf(name) < index);
  if (repeat < 0) return;
  const first = header.indexOf(header[repeat]) + 1;
  const message = `the header names the column "${header[repeat]}" twice (columns ${first} and ${repeat + 1}); rename one`;
  throw new DataError('DATA_DUPLICATE_COLUMN', message, { location: { ...location, column: repeat + 1 } });
}

function refuseSharedColumn(roles: ColumnRoles, header: readonly string[], location: FileLocation): ColumnRoles {
  const taken = new Map<number, string>();
  for (const [role, column] of Object.entries(roles)) {
    if (column < 0) continue;
    const other = taken.get(column);
    if (other !== undefined) {
      const message = `column ${header[column]} would be both ${other} and ${role}; set data.columns.${other} and data.columns.${role}`;
      throw new DataError('DATA_NO_COLUMN', message, { location });
    }
    taken.set(column, role);
  }
  return roles;
}
