/** The losses by role and name. A row is in the file of its loss; see `loss-row.ts` for what it says. */
import { dclRow } from './contrastive/dcl.js';
import { infoNceRow } from './contrastive/info-nce.js';
import { nesclRow } from './contrastive/nescl.js';
import { ntXentRow } from './contrastive/nt-xent.js';
import { embeddingL2Row } from './embedding-l2.js';
import type { ContrastiveLoss, MainLoss, PrototypeLoss } from './loss-row.js';
import { alignmentUniformityRow } from './main/alignment-uniformity.js';
import { bprRow } from './main/bpr.js';
import { bslRow } from './main/bsl.js';
import { cosineContrastiveRow } from './main/cosine-contrastive.js';
import { hingeRow } from './main/hinge.js';
import { inBatchSoftmaxRow } from './main/in-batch-softmax.js';
import { sampledSoftmaxRow } from './main/sampled-softmax.js';
import { concatRow } from './prototypes/concat.js';
import { prototypeNceRow } from './prototypes/prototype-nce.js';
import { swavRow } from './prototypes/swav.js';

const MAIN_LOSSES = Object.freeze({
  'in-batch-softmax': inBatchSoftmaxRow,
  'sampled-softmax': sampledSoftmaxRow,
  bsl: bslRow,
  bpr: bprRow,
  hinge: hingeRow,
  'cosine-contrastive': cosineContrastiveRow,
  'alignment-uniformity': alignmentUniformityRow,
});

const CONTRASTIVE_LOSSES = Object.freeze({
  'info-nce': infoNceRow,
  'nt-xent': ntXentRow,
  dcl: dclRow,
  nescl: nesclRow,
});

const PROTOTYPE_LOSSES = Object.freeze({
  swav: swavRow,
  concat: concatRow,
  'prototype-nce': prototypeNceRow,
});

export const LOSSES = Object.freeze({
  ...MAIN_LOSSES,
  ...CONTRASTIVE_LOSSES,
  ...PROTOTYPE_LOSSES,
  l2: embeddingL2Row,
});
export type LossName = keyof typeof LOSSES;
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];

/** What is chosen by name, by the section of `losses` that chooses. */
export interface LossTables {
  readonly main: Readonly<Record<string, MainLoss>>;
  readonly contrastive: Readonly<Record<string, ContrastiveLoss>>;
  readonly prototypes: Readonly<Record<string, PrototypeLoss>>;
}

export const LOSS_TABLES = Object.freeze({
  main: MAIN_LOSSES,
  contrastive: CONTRASTIVE_LOSSES,
  prototypes: PROTOTYPE_LOSSES,
}) satisfies LossTables;
