/** Presets, encoders, propagation and views: what a node's embedding is made of. */
import { CONTRAST, exported, SMALL, SWAV, sets, sources, trained, untrained } from './case.mjs';

export const PRESETS = [
  trained('joint', 'joint', SWAV, {
    after: [
      exported('joint'),
      ['evaluate', 'runs/joint', '--mean-rank'],
      ['recommend', 'runs/joint', '--user', 'u017', '--k', '5'],
      ['recommend', 'runs/joint', '--history', 'i003,i008', '--k', '5'],
      ['similar', 'runs/joint', '--item', 'i003', '--k', '5'],
      ['draw', 'runs/joint', '--prototypes', '--out', 'prototypes.svg'],
      ['info', 'runs/joint'],
    ],
    files: ['bundles/joint', 'prototypes.svg'],
  }),
  trained('two-tower', 'two-tower', [], {
    after: [exported('two-tower', '--index', 'IVF8,Flat', '--nprobe', '3')],
    files: ['bundles/two-tower'],
  }),
  // the folder's name is made of a hash of the whole configuration
  {
    ...trained('lightgcn', 'lightgcn'),
    run: 'checkpoints/*',
    commands: [['train', 'graphs/world', '--preset', 'lightgcn', ...sets(SMALL)]],
  },
  trained('lightgcn-bpr', 'lightgcn-bpr'),
  trained('sgl', 'sgl'),
  trained('simgcl', 'simgcl'),
  trained('xsimgcl', 'xsimgcl'),
  trained('directau', 'directau'),
  trained('history', 'history', [], {
    files: ['bundles/history'],
    after: [exported('history'), ['recommend', 'runs/history', '--history', 'i003,i008', '--k', '5']],
  }),
  trained('swav', 'swav', SWAV),
  untrained('popularity', [exported('popularity')], { files: ['bundles/popularity'] }),
  untrained('item-knn', [['evaluate', 'runs/item-knn', '--split', 'valid']]),
];

export const ENCODERS = [
  trained('layers-learned', 'lightgcn', ['encoder.layerCombination=learned']),
  trained('layers-weighted', 'lightgcn', [
    'encoder.numLayers=2',
    'encoder.layerCombination=[0.5, 0.3, 0.2]',
    'encoder.residual=previous',
  ]),
  trained('residual-first', 'lightgcn', [
    'encoder.residual={name: first, share: 0.2}',
    'encoder.initialization={name: normal, std: 0.1}',
  ]),
  trained('deep-refined', 'lightgcn', ['encoder.residual=refined']),
  trained('deep-tanh', 'joint', [...SWAV, 'encoder.activation=tanh', 'views.redraw=step']),
  trained('history-deep', 'history', [
    'encoder.activation=tanh',
    'encoder.numLayers=2',
    'encoder.layerCombination=without-first',
  ]),
  trained('attributes', 'lightgcn', [
    'encoder.attributes=[genre, {name: segment, weight: 0.3}]',
    'losses.l2={weight: 0.001, attributes: true}',
    'views.first={name: attribute-mask}',
    CONTRAST,
  ]),
  trained('attributes-deep', 'lightgcn', [
    'encoder.attributes=[item.tags, user.interests]',
    'encoder.activation=tanh',
    'encoder.numLayers=2',
  ]),
];

export const PROPAGATION = [
  trained('sampled', 'lightgcn', ['training.propagation=sampled', 'training.fanOut=[4, 3, 2]']),
  trained('sampled-views', 'joint', [
    ...SWAV,
    'training.propagation=sampled',
    'views.second={name: embedding-noise}',
    'views.redraw=step',
  ]),
  trained('sampled-history', 'history', ['training.propagation=sampled', 'training.optimizer=adam']),
  trained('sampled-hard', 'lightgcn-bpr', [
    'training.propagation=sampled',
    sources('{name: uniform}, {name: hardest-in-batch, ratio: 0.5}'),
    'negatives.numNegatives=3',
  ]),
  trained('lazy-adam', 'two-tower', [
    'training.optimizer=lazy-adam',
    'training.weightDecay=0.0001',
    'training.schedule={name: cosine, warmupSteps: 3}',
  ]),
];

export const VIEWS = [
  trained('views-nodes-edges', 'lightgcn', [
    'views.first={name: node-dropout}',
    'views.second={name: edge-addition}',
    CONTRAST,
  ]),
  trained('views-walks-layers', 'lightgcn', [
    'views.first={name: random-walk}',
    'views.second={name: layerwise-edge-dropout}',
    'views.redraw=epoch',
    CONTRAST,
  ]),
  trained('views-singular', 'lightgcn', ['views.second={name: singular-value, rank: 4}', CONTRAST]),
  trained('pairing-self', 'history', ['views.pairing=self', CONTRAST, 'losses.contrastive.candidates=all-node']),
  trained('pairing-cross-layer', 'history', [
    'views={pairing: cross-layer, first: {name: embedding-noise}, contrastLayer: 0}',
    'losses.prototypes={name: swav, weight: 0.1}',
    CONTRAST,
    ...SWAV,
  ]),
];
