/**
 * From whatever holds interactions to a graph: files, a set in memory, a finished split, or a graphology graph.
 */
import type { AbstractGraph } from 'graphology-types';
import { ConfigError } from '../core/errors.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import { type DataConfigInput, parseDataConfig } from '../data/data-config.js';
import type { InteractionSet, SplitInteractions } from '../data/interaction-set.js';
import { splitSource } from '../data/load-dataset.js';
import { openSource } from '../data/sources/open-source.js';
import type { DescribedSplit } from '../data/split-interactions.js';
import { assembleGraph } from './assemble-graph.js';
import { fromGraphology } from './from-graphology.js';
import { saveGraph } from './graph-store.js';
import { MAX_GRAPHOLOGY_EDGES } from './graphology-graph.js';
import { type GraphOrigin, sealGraph } from './seal-graph.js';
import type { StoredGraph } from './stored-graph.js';

/** Path of a file or folder, interactions to split, a split, or a bipartite graphology graph. */
export type GraphSource = string | InteractionSet | SplitInteractions | AbstractGraph;

export interface BuildGraphOptions {
  /** Reading, filters and split; for a source that is split already it must be left out. */
  readonly data?: DataConfigInput;
  /** First part of the id. Default: the name of the file or folder, else `graph`. */
  readonly name?: string;
  /** Where the graph is stored, as `<graphsDir>/<id>/`; without it, it stays in memory. */
  readonly graphsDir?: string;
  /** Training rows up to which the graph passes through graphology; the result is the same. */
  readonly maxGraphologyEdges?: number;
  /** What the manifest says of a source that is no file, e.g. how it was made up. JSON-able. */
  readonly describedAs?: Record<string, unknown>;
  /** Name of the split in the id of a source that is split already. Default `given`. */
  readonly splitName?: string;
  readonly reporter?: Reporter;
}

/**
 * Reads, filters and splits the source, makes positives of train into edges and checks that no held-out pair is one.
 * The same content gives the same id and hash, whatever its path.
 *
 * @throws DataError for data that can't be used (see `findFiles`, `fromGraphology`), `GRAPH_EMPTY`, `GRAPH_LEAK`;
 *   ConfigError for options that do not fit the source.
 */
export async function buildGraph(source: GraphSource, options: BuildGraphOptions = {}): Promise<StoredGraph> {
  const { graphsDir, maxGraphologyEdges = MAX_GRAPHOLOGY_EDGES } = options;
  if (!(maxGraphologyEdges >= 0)) {
    throw new ConfigError('CONFIG_GRAPH', `maxGraphologyEdges must be 0 or more, got ${maxGraphologyEdges}`);
  }
  const { split, origin } = await readSource(source, options);
  const graph = sealGraph(assembleGraph(split, maxGraphologyEdges), origin);
  return graphsDir === undefined ? graph : saveGraph(graph, graphsDir);
}

async function readSource(
  source: GraphSource,
  options: BuildGraphOptions,
): Promise<{ split: SplitInteractions; origin: GraphOrigin }> {
  const { data, name, describedAs, splitName, reporter = SILENT } = options;
  if (typeof source === 'object' && 'train' in source) {
    refuse('data', data, 'a source that is split already: filter and split it before, or hand in an interaction set');
    return {
      split: source,
      origin: {
        name: name ?? 'graph',
        split: splitName ?? 'given',
        source: describedAs ?? { kind: 'split' },
        data: {},
        notes: [],
      },
    };
  }
  if (typeof source === 'string') refuse('describedAs', describedAs, 'a file, which describes itself');
  refuse('splitName', splitName, 'a source that is split here');
  const config = parseDataConfig(data);
  const isGraph = typeof source === 'object' && isGraphology(source);
  const opened = openSource(isGraph ? fromGraphology(source) : source, { config, reporter });
  const split = await splitSource(opened, config, reporter);
  const described = { kind: isGraph ? 'graphology' : opened.kind, ...opened.findings().description };
  return { split, origin: originOf(split, config, name ?? opened.name, describedAs ?? described) };
}

/** By its methods: the caller's graphology may be another copy of the package than ours. */
function isGraphology(source: InteractionSet | AbstractGraph): source is AbstractGraph {
  return 'forEachEdge' in source && typeof source.forEachEdge === 'function';
}

function originOf(
  { split, notes }: DescribedSplit,
  config: object,
  name: string,
  source: Record<string, unknown>,
): GraphOrigin {
  return { name, split: split.resolved.name, source, data: { ...config, split: split.resolved }, notes };
}

function refuse(option: string, value: unknown, where: string): void {
  if (value !== undefined) throw new ConfigError('CONFIG_GRAPH', `option "${option}" has no effect on ${where}`);
}
