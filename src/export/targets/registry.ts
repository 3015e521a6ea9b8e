/** Every vector store that can be published to: which URLs name it, which package speaks to it, how it is opened. */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { loadOptionalPackage, type OptionalPackage } from '../../core/optional-package.js';
import { type LanceLibrary, LanceTarget } from './lancedb.js';
import { MilvusTarget } from './milvus.js';
import type { MilvusLibrary } from './milvus-connection.js';
import { type PgLibrary, PgvectorTarget } from './pgvector.js';
import { type RedisLibrary, RedisTarget } from './redis.js';
import type { TargetUrl } from './target-url.js';
import type { VectorTarget } from './vector-target.js';

interface TargetRow extends OptionalPackage {
  readonly schemes: readonly string[];
  /** @param library what the package exports */
  open(library: unknown, url: TargetUrl, name: string): VectorTarget;
}

export const TARGETS = Object.freeze({
  pgvector: {
    schemes: ['postgres', 'postgresql'],
    package: 'pg',
    version: '8.23.1',
    open: (library, url, name) => new PgvectorTarget(library as PgLibrary, url, name),
  },
  milvus: {
    schemes: ['milvus', 'milvuss'],
    package: '@zilliz/milvus2-sdk-node',
    version: '3.0.6',
    open: (library, url, name) => new MilvusTarget(library as MilvusLibrary, url, name),
  },
  redis: {
    schemes: ['redis', 'rediss'],
    package: 'redis',
    version: '6.3.1',
    open: (library, url, name) => new RedisTarget(library as RedisLibrary, url, name),
  },
  lancedb: {
    schemes: ['lancedb'],
    package: '@lancedb/lancedb',
    version: '0.31.0',
    open: (library, url, name) => new LanceTarget(library as LanceLibrary, url, name),
  },
} as const satisfies Record<string, TargetRow>);

/** Of relations, collections and keys; every store takes it as it is. */
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/**
 * @param library in place of the package that would be loaded
 * @throws ConfigError `PUBLISH_TARGET`, `PUBLISH_NAME`, `PACKAGE_MISSING`
 */
export function openTarget(url: TargetUrl, name: string, library?: unknown): VectorTarget {
  if (!NAME.test(name)) {
    const message = `name: expected a small letter, then small letters, digits and _, 40 at most, got ${JSON.stringify(name).slice(0, 60)}`;
    throw new ConfigError('PUBLISH_NAME', message);
  }
  const row = Object.values<TargetRow>(TARGETS).find(({ schemes }) => schemes.includes(url.scheme));
  if (row === undefined) {
    const known = Object.values<TargetRow>(TARGETS).flatMap(({ schemes }) => schemes);
    const message = `target: expected a URL that begins with ${known.join(':, ')}:, got one with "${url.scheme}:"${didYouMean(url.scheme, known)}`;
    throw new ConfigError('PUBLISH_TARGET', message);
  }
  return row.open(library ?? loadOptionalPackage(`publishing to ${url.scheme}:`, row), url, name);
}
