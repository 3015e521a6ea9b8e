/**
 * How deep a value from outside may be: what walks values by recursion (schemas, merging, writing) stays far from the end of the
 * stack.
 */

/** Deeper than anything that is configured or stored. */
const MAX_DEPTH = 100;
const tooDeep = (): Error => new Error(`it is nested deeper than ${MAX_DEPTH}`);

/** @throws Error for what is no JSON, or is nested deeper than MAX_DEPTH */
export function parseBoundedJson(bytes: Uint8Array): unknown {
  if (isDeepText(bytes)) throw tooDeep();
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = Buffer.from('"\\[{]}');

function isDeepText(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return false;
}

/** Level by level, since recursion is what deep values break. @throws Error for a value deeper than MAX_DEPTH */
export function assertShallow(value: unknown): void {
  let level = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    level = level
      .filter((inner) => typeof inner === 'object' && inner !== null)
      .flatMap((inner) => Object.values(inner as object));
    if (level.length === 0) return;
  }
  throw tooDeep();
}
