/**
 * Objects whose keys come from outside: columns, events, metrics, names in files. `constructor`, `toString` and `__proto__`
 * are names like any others there, and must neither be found where nobody put them nor vanish where somebody did.
 */

/** An object without a prototype, which has the given keys and no others. */
export function recordOf<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  return record;
}

/** The object's own value; undefined where it has none of that name, whatever its prototype has. */
export function ownValue<T>(record: Readonly<Record<string, T>> | undefined, key: string | number): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
