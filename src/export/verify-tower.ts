/**
 * Reads a written tower back and encodes catalogue rows by it: all must be, bit for bit, what the run's own tower makes of them,
 * and those of entities without a training edge the vectors that the training made, up to rounding.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TwinlightError } from '../core/errors.js';
import type { Side } from '../core/side.js';
import { encodeField } from '../data/fields/field-encoding.js';
import { selectFeatureRows } from '../data/index.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { ServedTower } from '../retrieval/serving/served-model.js';
import { unitRows } from '../retrieval/similar-items.js';
import { fittedGraph } from '../runs/held-out.js';
import type { TrainedRun } from '../runs/trained-run.js';
import { bundleFile } from './bundle-tables.js';
import { decodeNpy } from './npy.js';
import { TOWER_FILES, towerOfBundle } from './tower-files.js';

/** Rows of each kind that are encoded. */
const SAMPLE = 64;
/** Of the longest number of a vector. */
const TOLERANCE = 1e-3;

/** @throws TwinlightError `EXPORT_NOT_VERIFIED` */
export function verifyTower(
  folder: string,
  side: Side,
  ofRun: ServedTower,
  { run, embeddings }: { readonly run: TrainedRun; readonly embeddings: Embeddings },
): void {
  const { form, weights, content } = TOWER_FILES[side];
  const fail = (what: string) =>
    new TwinlightError('EXPORT_NOT_VERIFIED', `${form}: ${what}; nothing was exported. Is the disk full or damaged?`);
  const { embeddingDim } = embeddings;
  const read = (name: string) => decodeNpy(readFileSync(join(folder, name)), name).values;
  const places = ofRun.encoder.lent && Float64Array.from(read(content) as BigInt64Array, Number);
  const numbers = { weights: read(weights) as Float32Array, content: places };
  const written = towerOfBundle(bundleFile(folder, form), numbers, embeddingDim);
  const { train, userFeatures, itemFeatures, foldIn } = fittedGraph(run.graph, run.config);
  const offsets = side === 'user' ? train.userOffsets : train.itemOffsets;
  const entities = [...offsets.keys()].slice(0, -1);
  const isFoldedIn = (user: number): boolean => foldIn !== undefined && foldIn.offsets[user + 1] > foldIn.offsets[user];
  const isCold = (entity: number): boolean =>
    offsets[entity + 1] === offsets[entity] && !(side === 'user' && isFoldedIn(entity));
  const cold = spread(entities.filter(isCold));
  const rows = [...cold, ...spread(entities)];
  const table = selectFeatureRows((side === 'user' ? userFeatures : itemFeatures)!, rows);
  const fields = written.encoder.form.fields.map((field) => encodeField(field, table.columns[field.name]));
  const vectors = written.encoder.encodeFields(fields);
  if (!Buffer.from(vectors.buffer).equals(Buffer.from(ofRun.encoder.encodeFields(fields).buffer)))
    throw fail('it does not come back as it was written');
  const scaled = vectors.map((value) => written.ownShare * value);
  const served = embeddings.normalized ? unitRows(scaled, embeddingDim) : scaled;
  const trained = side === 'user' ? embeddings.users : embeddings.items;
  for (const [i, entity] of cold.entries()) {
    const own = trained.subarray(entity * embeddingDim, (entity + 1) * embeddingDim);
    const largest = Math.max(...own.map(Math.abs));
    const differs = own.some((value, d) => Math.abs(value - served[i * embeddingDim + d]) > TOLERANCE * largest);
    if (differs) throw fail(`it makes another vector of ${side} ${entity} than the training did`);
  }
}

/** So many of them, evenly. */
function spread(entities: readonly number[]): number[] {
  const count = Math.min(SAMPLE, entities.length);
  return Array.from({ length: count }, (_, i) => entities[Math.floor((i * entities.length) / count)]);
}
