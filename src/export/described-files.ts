/** What the files of a bundle hold, their sizes and sums: the manifest's list of them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFile } from '../core/atomic-file.js';
import { BUNDLE_FILES, type BundleFile } from './bundle-manifest.js';

const HOLDS: Readonly<Record<string, string>> = Object.freeze({
  [BUNDLE_FILES.index]: 'FAISS index of the items, inner product; ids are rows of items.npy',
  [BUNDLE_FILES.items]: 'item vectors, float32, [items, embeddingDim]',
  [BUNDLE_FILES.users]: 'user vectors, float32, [users, embeddingDim]',
  [BUNDLE_FILES.itemIds]: 'external id of each row of items.npy, a line each',
  [BUNDLE_FILES.userIds]: 'external id of each row of users.npy, a line each',
  [BUNDLE_FILES.parquet]: 'both tables: side, row, id, vector',
  [BUNDLE_FILES.history]: 'what each item says to a new user, float32, [terms, items, embeddingDim]',
  [BUNDLE_FILES.itemTower]:
    'how a new item is made of its features: encodings of the columns, options, names of the arrays',
  [BUNDLE_FILES.itemTowerWeights]: 'the numbers of these arrays, float32, one array after the other',
  [BUNDLE_FILES.userTower]: 'how a new user is made of its features, as for items',
  [BUNDLE_FILES.userTowerWeights]: 'the numbers of these arrays, float32, one array after the other',
  [BUNDLE_FILES.itemContent]:
    'content of the items that lend their rows to new ones: lender and value of each entry, int64, [2, entries]',
  [BUNDLE_FILES.userContent]: 'content of the users that lend their rows to new ones, as for items',
  [BUNDLE_FILES.popular]:
    'what most users had in training, overall and in its last days, for those of whom nothing is known',
  [BUNDLE_FILES.untrainedUsers]: 'rows of users of whom training saw nothing, int64',
  [BUNDLE_FILES.catalogue]:
    'what is known of the items: names, kinds and strings of the columns, for filters and titles',
  [BUNDLE_FILES.catalogueArrays]: 'the arrays of these columns, one after another',
  [BUNDLE_FILES.seen]:
    'items that users have: row of the user, row of the item, part (0 train, 1 validation, 2 test), int32, [3, pairs]',
  [BUNDLE_FILES.readme]: 'how to search, in Python and Node',
});

/** Of a folder that holds nothing else, in the order of the names above. */
export async function describedFiles(folder: string): Promise<Record<string, BundleFile>> {
  const files: Record<string, BundleFile> = {};
  const known: readonly string[] = Object.values(BUNDLE_FILES);
  const further = readdirSync(folder).filter((name) => !known.includes(name));
  for (const name of [...known, ...further.sort()]) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const holds = HOLDS[name] ?? 'vectors in a further format';
    files[name] = { bytes: statSync(path).size, sha256: await sha256OfFile(path), holds };
  }
  return files;
}
