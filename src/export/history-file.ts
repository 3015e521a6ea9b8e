/** The file of a bundle from which users are made that are not in it: what each item says to them, and by what formula. */
import { join } from 'node:path';
import { writeNewFile } from '../core/disk/durable-write.js';
import { DataError } from '../core/errors.js';
import type { HistoryVectors } from '../retrieval/history-vectors.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { encodeNpy } from './npy.js';

/** Writes `[terms, items, embeddingDim]`. */
export function writeHistory(folder: string, { terms, embeddingDim }: HistoryVectors): void {
  const perTerm = terms[0].items.length;
  const all = new Float32Array(terms.length * perTerm);
  for (const [t, { items }] of terms.entries()) all.set(items, t * perTerm);
  const shape = [terms.length, perTerm / embeddingDim, embeddingDim];
  writeNewFile(join(folder, BUNDLE_FILES.history), encodeNpy(all, shape));
}

export function historyFacts({
  terms,
  activation,
  normalized,
  countsRepeats,
}: HistoryVectors): NonNullable<BundleManifest['history']> {
  const inner = 'sum of h[t, rows of the items] / sqrt(number of items)';
  const repeats = countsRepeats ? 'an item that the user had again counts again' : 'an item counts once';
  const heard = activation === 'none' ? inner : `${activation}(${inner})`;
  const sum =
    terms.length === 1 && terms[0].weight === 1 ? heard.replace('[t, ', '[0, ') : `sum over t of weights[t] * ${heard}`;
  return {
    file: BUNDLE_FILES.history,
    weights: terms.map(({ weight }) => weight),
    activation,
    countsRepeats,
    formula: `user = ${sum}${normalized ? ', divided by its length' : ''}; items whose rows are all zeros are left out, ${repeats}`,
  };
}

/** @param values `[weights.length, items, embeddingDim]` of the bundle's file */
export function historyOfBundle(manifest: BundleManifest, values: Float32Array): HistoryVectors {
  const { history, embeddingDim, normalized, counts } = manifest;
  const perTerm = counts.items * embeddingDim;
  const { weights, activation, file, countsRepeats = false } = history!;
  if (values.length !== weights.length * perTerm) {
    const expected = `${weights.length} × ${counts.items} × ${embeddingDim} numbers`;
    throw new DataError('BUNDLE_DAMAGED', `expected ${expected}, got ${values.length}; export it again`, {
      location: { file },
    });
  }
  const terms = weights.map((weight, t) => ({ weight, items: values.subarray(t * perTerm, (t + 1) * perTerm) }));
  return { embeddingDim, normalized, activation, isWholeModel: true, countsRepeats, terms };
}
