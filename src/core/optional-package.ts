/** Packages that one part of the product takes and others do not: loaded when that part is asked for. */
import { createRequire } from 'node:module';
import { ConfigError } from './errors.js';

/** An optional peer of this package. The range that is allowed is in package.json. */
export interface OptionalPackage {
  readonly package: string;
  /** One that is tested. */
  readonly version: string;
}

/**
 * What the package exports.
 * @param what names what takes it, in the error
 * @throws ConfigError `PACKAGE_MISSING`, which says how to get it
 */
export function loadOptionalPackage<Library>(what: string, { package: name, version }: OptionalPackage): Library {
  try {
    return createRequire(import.meta.url)(name) as Library;
  } catch (error) {
    const first = String((error as Error).message).split('\n')[0];
    const isAbsent = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && first.includes(`'${name}'`);
    const problem = isAbsent ? 'is not installed' : `did not load (${first})`;
    throw new ConfigError(
      'PACKAGE_MISSING',
      `${what} takes the package ${name}, which ${problem}: npm install ${name}@${version}`,
    );
  }
}
