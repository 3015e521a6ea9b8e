/** Which source stands behind what `buildGraph` and `train` are given. */
import type { Reporter } from '../../core/reporter.js';
import type { DataConfig } from '../data-config.js';
import type { InteractionSet } from '../interaction-set.js';
import { FilesSource } from './files.js';
import { findFiles } from './find-files.js';
import { InMemorySource } from './in-memory.js';
import type { InteractionSource } from './interaction-source.js';

/**
 * @param given path of a file or folder, or interactions in memory
 * @throws DataError where there is nothing of the kind, see `findFiles`
 */
export function openSource(
  given: string | InteractionSet,
  { config, reporter }: { config: DataConfig; reporter: Reporter },
): InteractionSource {
  if (typeof given === 'string') return new FilesSource(findFiles(given), config, reporter);
  return new InMemorySource(given, config);
}
