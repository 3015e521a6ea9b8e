/** Extensions out of files: ES modules whose default export they are, as `--extension FILE` names them. */
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../../core/errors.js';
import type { ExtensionKind, Extensions } from './extensions.js';
import { registriesWith } from './registries-with.js';

/**
 * @param files relative to the current folder; `.js`, `.mjs`, and `.ts` where Node reads TypeScript. Their code runs.
 * @returns what all of them export together
 * @throws ConfigError `EXTENSION_FILE` for a file that is not there, does not load or exports no extensions; and what
 * `registriesWith` throws, also for a name that two files have
 */
export async function importExtensions(files: readonly string[]): Promise<Extensions> {
  let all: Extensions = {};
  for (const file of files) all = joined(all, await importFile(file), file);
  return all;
}

async function importFile(file: string): Promise<Extensions> {
  const path = resolve(file);
  if (!existsSync(path)) throw new ConfigError('EXTENSION_FILE', `${file}: no such file`);
  let module: { readonly default?: Extensions; readonly extensions?: Extensions };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    const hint =
      code === 'ERR_UNKNOWN_FILE_EXTENSION' && extname(path) === '.ts'
        ? `Node ${process.version} does not read TypeScript; compile it, or use Node 22.18 or newer`
        : message;
    throw new ConfigError('EXTENSION_FILE', `${file}: it can't be loaded (${hint})`, { cause });
  }
  const extensions = module.default ?? module.extensions;
  if (extensions === undefined) {
    throw new ConfigError(
      'EXTENSION_FILE',
      `${file}: expected a default export, or one called extensions: { losses: { … }, views: { … }, … }`,
    );
  }
  registriesWith(extensions, file);
  return extensions;
}

function joined(before: Extensions, added: Extensions, file: string): Extensions {
  const all: Record<string, object> = { ...before };
  for (const kind of Object.keys(added) as ExtensionKind[]) {
    const twice = Object.keys(added[kind] ?? {}).find((name) => Object.hasOwn(before[kind] ?? {}, name));
    if (twice !== undefined) {
      throw new ConfigError('EXTENSION_NAME', `${file}: ${kind}: another file has the name "${twice}" already`);
    }
    all[kind] = { ...before[kind], ...added[kind] };
  }
  return all as Extensions;
}
