/** `twinlight export <run>`: embeddings, ids and a FAISS index, checked by reading them back. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { IndexCentroids, VectorFormat } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  names,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { openServed, runFolderOf, warnOfUnfinished } from '../open-target.js';
import { keyValues } from '../table.js';

interface ExportOptions extends CommonOptions, ExtensionOptions {
  readonly index?: string;
  readonly out?: string;
  readonly nprobe?: number;
  readonly centroids?: IndexCentroids;
  readonly efSearch?: number;
  readonly format?: readonly string[];
  readonly seen: boolean;
  readonly overwrite?: boolean;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .summary('embeddings, ids and a FAISS index for serving')
    .description(
      'Writes items.faiss, items.npy, users.npy, the id lists, embeddings.parquet and a manifest, reads them back and ' +
        'compares searches with the exact ranking. A bundle that exists is one that passed.',
    )
    .argument('<run>', 'run folder, or its id under checkpoints/')
    .option('--index <factory>', 'FAISS factory string: Flat (exact), IVF64,Flat, HNSW32, PQ16, …', 'Flat')
    .option('--nprobe <n>', 'IVF: clusters that a search looks into', wholeNumber(1))
    .addOption(
      new Option(
        '--centroids <of>',
        'IVF<n>,Flat: what its lists are clusters of, items-and-users when left out; prototypes: n of them',
      ).choices(['items', 'items-and-users', 'prototypes']),
    )
    .option('--ef-search <n>', 'HNSW: entries kept while searching', wholeNumber(1))
    .option(
      '--format <names>',
      'further files: arrow, csv, jsonl, fvecs, safetensors, word2vec, projector, tfrecord, with commas',
      names,
    )
    .option('--out <folder>', 'folder of the bundle; by default export/ in the run')
    .option('--no-seen', 'leave out which items users have, so that the bundle shows them again')
    .option('--overwrite', 'replace an earlier bundle there');
  return completeCommand(
    withExtensions(command),
    [
      ['export checkpoints/my-run', 'an exact index in checkpoints/my-run/export'],
      ['export my-run --format arrow,word2vec', 'items.arrow, items.word2vec.txt and those of users as well'],
      ['export my-run --index HNSW32 --out bundle --json', 'an approximate one; recall against exact in the JSON'],
    ],
    exportBundle,
  );
}

async function exportBundle(
  { api, reporter }: CommandContext,
  run: string,
  { index, nprobe, centroids, efSearch, format, out, seen, overwrite, extension }: ExportOptions,
): Promise<CommandResult> {
  const trained = await openServed(api, run, { extension }, reporter);
  warnOfUnfinished(trained, reporter);
  const result = await api.exportRun(trained, {
    index,
    nprobe,
    centroids,
    efSearch,
    formats: format as VectorFormat[] | undefined,
    out: out ?? join(runFolderOf(run), 'export'),
    seen,
    overwrite,
    reporter,
  });
  const { bundle, files, verified, manifest } = result;
  const { counts, embeddingDim } = manifest;
  const searches = verified.searches.map(({ engine, exact, recallAgainstExact }) => {
    const found = exact ? 'exact' : `${(100 * recallAgainstExact).toFixed(1)} % of the exact top ${verified.topK}`;
    return [
      `search by ${engine === 'own' ? 'twinlight' : 'FAISS'}`,
      `${found}, checked for ${verified.users} users`,
    ] as const;
  });
  const facts = keyValues(
    [
      ['vectors', `${counts.items} items and ${counts.users} users × ${embeddingDim}`],
      ['index', `${manifest.index.factory}, inner product${manifest.normalized ? ' of unit vectors (cosine)' : ''}`],
      ...(manifest.index.centroids ? [['lists around', manifest.index.centroids] as const] : []),
      ...searches,
      ['files', files.join(', ')],
    ],
    '  ',
  );
  return { json: { bundle, files, verified, manifest }, text: `bundle ${bundle}\n${facts}` };
}
