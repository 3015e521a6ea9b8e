/** How runs go and what is done with them: when they stop, resuming, fusing, comparing, and what is refused. */
import {
  ANN,
  exported,
  fused,
  PROTOTYPES,
  QUEUE,
  refused,
  resumed,
  SMALL,
  SWAV,
  sets,
  TWO_DROPOUTS,
  trainArgs,
  trained,
} from './case.mjs';

export const ENDINGS = [
  trained('fit-on-both', 'lightgcn', [
    'training.fitOn=train+valid',
    'training.checkpointEvery=2',
    'training.maxSteps=9',
  ]),
  trained('early-stop', 'two-tower', [
    'training.epochs=60',
    'training.patience=2',
    'training.evaluateEvery=2',
    'training.monitor=recall@10',
  ]),
  trained('sampled-users', 'lightgcn', ['evaluation.maxUsers=40', 'evaluation.similarity=inner-product'], {
    graph: 'cold',
  }),
  trained('other-seed', 'joint', SWAV, {
    more: ['--seed', '7'],
    after: [trainArgs('other-seed', 'joint', [...SMALL, ...SWAV], { more: ['--seed', '8', '--overwrite'] })],
  }),
  {
    name: 'from-logs',
    run: 'runs/from-logs',
    commands: [
      ['train', 'logs/world', '--split', 'random', '--preset', 'lightgcn', '--run', 'runs/from-logs', ...sets(SMALL)],
    ],
  },
  trained('on-cpu', 'joint', SWAV, { more: ['--backend', 'cpu'] }),
  trained('on-wasm', 'joint', [...SWAV, QUEUE], { more: ['--backend', 'wasm'] }),
];

export const RESUMED = [
  resumed('resumed', 'joint', [...SWAV, 'training.checkpointEvery=2'], 9),
  resumed('resumed-longer', 'history', [], 14, ['training.epochs=5', 'training.patience=3']),
  resumed('resumed-queue', 'lightgcn', [QUEUE], 10),
  resumed('resumed-ann', 'lightgcn', [ANN], 9),
  resumed('resumed-sampled', 'xsimgcl', ['training.propagation=sampled'], 10),
  // all that is fitted at an epoch's beginning, and every variable beside the table
  resumed(
    'resumed-fits',
    'lightgcn',
    [
      'losses.main.temperature={name: adaptive}',
      'losses.prototypes={name: prototype-nce, weight: 0.1, startEpoch: 1}',
      'losses.contrastive={weight: 0.1, temperature: {name: learned}, head: {name: mlp, outputDim: 8}}',
      'negatives.frequency={name: streaming}',
      ...TWO_DROPOUTS,
      ...PROTOTYPES,
    ],
    10,
  ),
  {
    name: 'interrupted',
    run: 'runs/interrupted',
    commands: [
      {
        args: trainArgs('interrupted', 'joint', [
          ...SMALL,
          ...SWAV,
          'training.epochs=40',
          'training.checkpointEvery=1',
          'training.patience=0',
        ]),
        interruptAt: 20,
      },
      ['train', '--run', 'runs/interrupted', '--resume'],
    ],
  },
];

export const OF_SEVERAL = [
  fused('fused-parallel', ['joint', 'directau'], ['--weights', '1,0.5', '--similarity', 'as-trained'], {
    after: [exported('fused-parallel')],
    files: ['bundles/fused-parallel'],
  }),
  fused('fused-cosine', ['joint', 'two-tower', 'history'], ['--weights', '1,1,0.5']),
  fused('fused-serial', ['item-knn', 'joint'], ['--serial', '40']),
  { name: 'compare', needs: ['joint', 'two-tower'], commands: [['compare', 'runs/joint', 'runs/two-tower']] },
];

export const REFUSALS = [
  {
    name: 'refusals',
    needs: ['joint'],
    commands: [
      refused(...trainArgs('none', 'joint', ['training.epoch=3'])),
      refused(...trainArgs('none', 'joint', ['training.monitor=ndcg@7'])),
      refused(...trainArgs('none', 'xsimgcl', ['views.contrastLayer=4'])),
      refused(...trainArgs('none', 'lightgcn-bpr', ['negatives.sources=[{name: queue}]'])),
      refused(...trainArgs('joint', 'joint', SMALL)),
      refused(...trainArgs('none', 'two-tower', [...SMALL, 'training.learningRate=1e30'])),
      refused('train', '--run', 'runs/joint', '--resume', '--set', 'training.batchSize=128'),
      refused('export', 'runs/joint', '--out', 'bundles/none', '--index', 'Nonsense'),
    ],
  },
];
