/**
 * The work that `kills.mjs` kills: what is there before, the command, what must hold of what a killed one leaves, and the
 * command that does or finishes the work afterwards, which may be refused with the code `refusal` where the work was done.
 * Paths are relative to the folder that a job has to itself.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settledFolder } from '../../dist/core/disk/atomic-folder.js';
import {
  buildGraph,
  createPlantedWorld,
  DataError,
  embedFiles,
  exportRun,
  isStudyFolder,
  loadGraph,
  loadRun,
  openBundle,
  readStudy,
  sha256OfFile,
  train,
  writeInteractions,
} from '../../dist/index.js';

const SETTINGS = {
  'training.epochs': 4,
  'training.batchSize': 128,
  'training.checkpointEvery': 2,
  'training.learningRate': 0.02,
  'encoder.embeddingDim': 16,
};
/** Epochs of a dozen steps, and a checkpoint every other step. */
const SMALL = Object.entries(SETTINGS).map(([key, value]) => `${key}=${value}`);

const EARLIER_RECOMMENDATIONS = 'user,item\nearlier,earlier\n';

/**
 * What jobs begin with, made in `base`: a data set, its graph, three runs, one that is cut short, a bundle of each of two, and
 * vectors of new items.
 * @returns the graph's folder, which lies beside `base`: runs refer to it from wherever they are copied to
 */
export async function prepareAll(base) {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 120, numItems: 90, meanInteractions: 12 });
  await writeInteractions(interactions, join(base, 'world'));
  const graph = await buildGraph(join(base, 'world'), { graphsDir: join(base, '..', 'graphs') });
  const trained = { source: graph.folder, preset: 'two-tower', set: SMALL };
  await train({ ...trained, config: { seed: 1 }, run: join(base, 'a') });
  await train({ ...trained, config: { seed: 2 }, run: join(base, 'b') });
  await train({ ...trained, preset: 'lightgcn', set: [...SMALL, 'training.maxSteps=9'], run: join(base, 'cut') });
  const rows = { rows: { name: 'tower' }, propagation: { name: 'none' } };
  await train({ ...trained, config: { seed: 3, encoder: rows }, run: join(base, 'tower') });
  writeFileSync(join(base, 'new.csv'), 'id,genre\nn1,genre1\nn2,genre2\n');
  const out = join(base, 'vectors');
  await embedFiles(await loadRun(join(base, 'tower')), { items: join(base, 'new.csv') }, { out });
  writeFileSync(join(base, 'recs.csv'), EARLIER_RECOMMENDATIONS);
  for (const run of ['a', 'b']) await exportRun(await loadRun(join(base, run)), { out: join(base, `bundle-${run}`) });
  return graph.folder;
}

function training(run, seed) {
  return `train GRAPH --run ${run} --preset two-tower --seed ${seed} SMALL`;
}

/** Words of a command; GRAPH stands for the prepared graph's folder, SMALL for the settings. */
export function wordsOf(command, graph) {
  const settings = SMALL.map((setting) => `--set ${setting}`).join(' ');
  return command.replace('SMALL', settings).replace('GRAPH', graph).split(' ');
}

const hasRun = (folder, run) => existsSync(join(folder, run, 'manifest.json'));

export const JOBS = [
  {
    name: 'build',
    needs: ['world'],
    command: 'build world --out graphs',
    left: (folder) => wholeGraphs(join(folder, 'graphs')),
  },
  {
    name: 'train',
    needs: [],
    command: 'train GRAPH --run run --preset joint --seed 7 SMALL',
    left: (folder) => usableRun(join(folder, 'run')),
    again: (folder) => (hasRun(folder, 'run') ? 'train --run run --resume' : undefined),
  },
  {
    name: 'resume',
    needs: [['cut', 'run']],
    command: 'train --run run --resume --set training.maxSteps=100000',
    left: (folder) => usableRun(join(folder, 'run')),
  },
  {
    name: 'train again',
    needs: [
      ['a', 'run'],
      ['bundle-a', 'run/export'],
    ],
    command: `${training('run', 2)} --overwrite`,
    left: async (folder) => {
      await usableRun(join(folder, 'run'));
      await openBundle(join(folder, 'run/export'));
    },
    again: (folder) => (hasRun(folder, 'run') ? undefined : training('run', 2)),
  },
  {
    name: 'export',
    needs: [['a', 'run']],
    command: 'export run',
    left: (folder) => bundleOf(folder, 'run/export', 0),
    refusal: 'EXPORT_TAKEN',
  },
  {
    name: 'export again',
    needs: [
      ['b', 'run'],
      ['bundle-a', 'bundle'],
    ],
    command: 'export run --out bundle --overwrite',
    left: (folder) => bundleOf(folder, 'bundle', 1),
  },
  {
    name: 'export an index of FAISS',
    isFaiss: true,
    needs: [['a', 'run']],
    command: 'export run --index HNSW16',
    left: (folder) => bundleOf(folder, 'run/export', 0),
    refusal: 'EXPORT_TAKEN',
  },
  {
    name: 'embed again',
    needs: ['tower', 'new.csv', ['vectors', 'out']],
    command: 'embed tower --items new.csv --out out --format npy,csv,faiss --overwrite',
    left: (folder) => wholeVectors(join(folder, 'out')),
  },
  {
    name: 'recommend to all again',
    needs: [['a', 'run'], 'recs.csv'],
    command: 'recommend run --all --k 30 --out recs.csv --overwrite',
    left: (folder) => wholeRecommendations(join(folder, 'recs.csv')),
  },
  {
    name: 'fuse',
    needs: [
      ['a', 'run-1'],
      ['b', 'run-2'],
    ],
    command: 'fuse run-1 run-2 --weights 1,2 --out fused',
    left: (folder) => usableRun(join(folder, 'fused')),
    refusal: 'RUN_EXISTS',
  },
  {
    name: 'choose, train and refit',
    needs: [],
    command: 'train GRAPH --refit --run run --seed 7 SMALL',
    left: async (folder) => {
      await usableRun(join(folder, 'run'));
      await usableRun(join(folder, 'run/refit'));
    },
    again: (folder) => (hasRun(folder, 'run') ? 'train --run run --resume --refit' : undefined),
  },
  {
    name: 'tune',
    needs: [],
    command: 'tune GRAPH --preset two-tower --trials 3 --asha --min-epochs 2 --reduction 2 --out study SMALL',
    left: (folder) => usableStudy(join(folder, 'study')),
  },
];

/** Copies what a job needs from the folder of the preparation. */
export function prepare({ needs }, from, folder) {
  for (const need of needs) {
    const [source, target] = Array.isArray(need) ? need : [need, need];
    cpSync(join(from, source), join(folder, target), { recursive: true });
  }
}

async function wholeGraphs(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((name) => !name.startsWith('.'))) await loadGraph(join(folder, name));
}

/** A run opens, or says what it lacks. */
async function usableRun(folder) {
  try {
    await loadRun(folder);
  } catch (error) {
    if (!(error instanceof DataError) || !['RUN_MISSING', 'RUN_UNFINISHED'].includes(error.code)) throw error;
    // a fused run is not trained
    const isHalfFused = folder.endsWith('fused') && existsSync(folder) && readdirSync(folder).length > 0;
    if (isHalfFused && /train/.test(error.message)) throw new Error(`a dead end: ${error.message}`, { cause: error });
  }
}

/** A study can be read, or is none yet, and so can the runs of its trials. */
async function usableStudy(folder) {
  if (!isStudyFolder(folder)) return;
  for (const { trial } of readStudy(folder).trials) {
    await usableRun(join(folder, 'trials', String(trial).padStart(4, '0')));
  }
}

/** Old or new, and the files that its manifest lists. */
async function wholeVectors(folder) {
  const place = settledFolder(folder);
  const { files } = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8'));
  for (const [name, { sha256 }] of Object.entries(files)) {
    if ((await sha256OfFile(join(place, name))) !== sha256) throw new Error(`${name} is not what the manifest says`);
  }
}

/** The earlier file, or the new one to its last row. */
function wholeRecommendations(file) {
  const text = readFileSync(file, 'utf8');
  if (text === EARLIER_RECOMMENDATIONS) return;
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length !== 1 + 120 * 30) throw new Error(`${lines.length} lines of recommendations`);
}

/** @param least bundles that must be there: one, where an old one is replaced */
async function bundleOf(folder, name, least) {
  try {
    await openBundle(join(folder, name));
  } catch (error) {
    if (least > 0 || error.code !== 'BUNDLE_MISSING') throw error;
  }
}
