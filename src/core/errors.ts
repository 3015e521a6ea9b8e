/**
 * Errors that say where, what was expected, what came and what to do.
 * Every error the product raises on purpose is a TwinlightError with a stable `code`; anything else is a bug.
 */

/** Process exit code that the command line uses for a class of errors. */
export type ExitCode = 1 | 2 | 3;

export class TwinlightError extends Error {
  /** Stable machine-readable code, e.g. `DATA_BAD_ROW`. */
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: { cause?: unknown; exitCode?: ExitCode } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Wrong usage or configuration: exit code 2. */
export class ConfigError extends TwinlightError {
  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(code, message, { ...options, exitCode: 2 });
  }
}

/** A place in a text file; `line` and `column` count from 1. */
export interface FileLocation {
  file: string;
  line?: number;
  column?: number;
}

/** Bad data: exit code 3. The location stands at the head of the message as `file:line:column`. */
export class DataError extends TwinlightError {
  readonly location: FileLocation | undefined;

  constructor(code: string, message: string, options: { cause?: unknown; location?: FileLocation } = {}) {
    super(code, options.location ? `${formatLocation(options.location)}: ${message}` : message, {
      cause: options.cause,
      exitCode: 3,
    });
    this.location = options.location;
  }
}

export function formatLocation({ file, line, column }: FileLocation): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** Shapes, dims and lengths that do not fit together: a caller's mistake in code. */
export class ShapeError extends TwinlightError {
  constructor(message: string) {
    super('SHAPE', message);
  }
}

/** Throws a ShapeError unless `actual` equals `expected`; `what` names the argument. */
export function assertLength(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new ShapeError(`${what}: expected length ${expected}, got ${actual}`);
}

/** Throws a ShapeError unless the shapes agree; `null` in `expected` matches any size. */
export function assertShape(what: string, actual: readonly number[], expected: readonly (number | null)[]): void {
  const fits =
    actual.length === expected.length && expected.every((size, axis) => size === null || size === actual[axis]);
  if (!fits) {
    const wanted = expected.map((size) => size ?? '?').join(', ');
    throw new ShapeError(`${what}: expected shape [${wanted}], got [${actual.join(', ')}]`);
  }
}
