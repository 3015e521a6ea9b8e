/**
 * The index factory strings that twinlight takes, in FAISS's own notation:
 *
 *   Flat            every vector compared: exact
 *   IVF<n>,Flat     n clusters, the nearest `nprobe` of them searched
 *   HNSW<m>         a graph with m neighbours a node, walked with a queue of `efSearch`
 *   PQ<p>[x<b>]     vectors stored in p codes of b bits (8 when left out): small, approximate
 *   IVF<n>,PQ<p>[x<b>]
 *
 * What FAISS would end the process for (too few vectors to train on, a dimension that p does not divide) is an error here.
 */
import { ConfigError } from '../../core/errors.js';

export interface FaissFactory {
  /** The shortest spelling, as FAISS takes it. */
  readonly text: string;
  /** Clusters; absent without IVF. */
  readonly nlist?: number;
  /** Neighbours a node; HNSW only. */
  readonly neighbors?: number;
  /** Product quantizer; absent where vectors are stored whole. */
  readonly quantizer?: { readonly parts: number; readonly bits: number };
}

/** k-means on fewer points a cluster than this overfits; FAISS warns below it. */
const POINTS_A_CLUSTER = 39;
/** Bits of a code of a product quantizer. */
export const CODE_BITS = Object.freeze({ least: 4, most: 8 });
/** FAISS allocates so many entries for every search of a graph. */
export const MOST_EF_SEARCH = 1 << 20;
const SYNTAX = /^(?:IVF(\d+),(?=Flat|PQ))?(?:(Flat)|PQ(\d+)(?:x(\d+))?|HNSW(\d+)(?:,Flat)?)$/;
const CHOICES = 'Flat, IVF<lists>,Flat, HNSW<neighbours>, PQ<parts>, IVF<lists>,PQ<parts>';

/** @throws ConfigError `INDEX_FACTORY` for a string outside the grammar above */
export function parseFactory(given: string): FaissFactory {
  const match = SYNTAX.exec(given.replaceAll(/\s+/g, ''));
  if (match === null) {
    throw new ConfigError(
      'INDEX_FACTORY',
      `index "${given}": expected one of ${CHOICES}, e.g. "Flat", "IVF64,Flat", "HNSW32", "PQ16", "IVF64,PQ16"`,
    );
  }
  const [nlist, parts, bits, neighbors] = [match[1], match[3], match[4], match[5]].map((digits) =>
    digits === undefined ? undefined : Number(digits),
  );
  inRange(given, 'the number of lists', nlist, 1, 1 << 24);
  inRange(given, 'the number of neighbours', neighbors, 2, 512);
  inRange(given, 'the bits of a code', bits, CODE_BITS.least, CODE_BITS.most);
  inRange(given, 'the number of parts', parts, 1, 1 << 16);
  const quantizer = parts === undefined ? undefined : { parts, bits: bits ?? 8 };
  return { text: spell({ nlist, neighbors, quantizer }), nlist, neighbors, quantizer };
}

/** How FAISS spells an index; also what the layout of a file is called. */
export function spell({ nlist, neighbors, quantizer }: Omit<FaissFactory, 'text'>): string {
  if (neighbors !== undefined) return `HNSW${neighbors}`;
  const stored = quantizer ? `PQ${quantizer.parts}${quantizer.bits === 8 ? '' : `x${quantizer.bits}`}` : 'Flat';
  return nlist === undefined ? stored : `IVF${nlist},${stored}`;
}

function inRange(given: string, what: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw new ConfigError('INDEX_FACTORY', `index "${given}": ${what} is ${value}, expected ${least} to ${most}`);
}

export const isFlat = (factory: FaissFactory): boolean => factory.text === 'Flat';

/**
 * Whether an index of this kind can be made of so many vectors.
 * @returns sentences about what will work but not well
 * @throws ConfigError `INDEX_TOO_FEW_ITEMS` or `INDEX_DIMENSION`
 */
export function checkFactory(
  factory: FaissFactory,
  { size, embeddingDim }: { readonly size: number; readonly embeddingDim: number },
): string[] {
  const warnings: string[] = [];
  const { text, nlist, quantizer } = factory;
  if (!isFlat(factory) && size === 0) {
    throw new ConfigError('INDEX_TOO_FEW_ITEMS', `index "${text}": this run has no items; use Flat`);
  }
  if (quantizer && embeddingDim % quantizer.parts !== 0) {
    const divisors = Array.from({ length: embeddingDim }, (_, i) => i + 1).filter((n) => embeddingDim % n === 0);
    throw new ConfigError(
      'INDEX_DIMENSION',
      `index "${text}": ${quantizer.parts} parts do not divide the dimension ${embeddingDim}; ` +
        `it takes ${divisors.join(', ')}`,
    );
  }
  const clusterings = [
    { name: text.split(',')[0], clusters: nlist },
    { name: text.split(',').at(-1) ?? text, clusters: quantizer && 2 ** quantizer.bits },
  ];
  const instead = fitting(factory, size);
  for (const { name, clusters } of clusterings) {
    if (clusters === undefined) continue;
    const recommended = POINTS_A_CLUSTER * clusters;
    const facts =
      `${name} needs at least ${count(clusters)} (recommended ${count(recommended)}) vectors; ` +
      `this run has ${count(size)} items`;
    if (size < clusters) throw new ConfigError('INDEX_TOO_FEW_ITEMS', `index "${text}": ${facts}; use ${instead}`);
    if (size < recommended)
      warnings.push(`index "${text}": ${facts}: its clusters will be poor; ${instead} fits better`);
  }
  return warnings;
}

/** An index of this kind for so many vectors: fewer lists, shorter codes, or whole vectors where even 4 bits are too many. */
function fitting({ nlist, quantizer }: FaissFactory, size: number): string {
  const most = Math.floor(Math.log2(size / POINTS_A_CLUSTER));
  const lists = nlist && Math.min(nlist, powerOfTwoBelow(size / POINTS_A_CLUSTER));
  const codes = quantizer && most >= 4 ? { ...quantizer, bits: Math.min(most, quantizer.bits) } : undefined;
  return spell({ nlist: lists, quantizer: codes });
}

const powerOfTwoBelow = (value: number): number => 2 ** Math.max(0, Math.floor(Math.log2(value)));
const count = (value: number): string => value.toLocaleString('en-US');
