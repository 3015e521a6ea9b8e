/** Writes docs/encoders.md from the registry's own words, so that page, `explain` and schema can't disagree (a test compares). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, say } from './steps.mjs';
import { section } from './write-negatives-page.mjs';

const INTRODUCTION = `# Encoders

Written by \`node scripts/write-encoders-page.mjs\` from the registry; \`twinlight explain NAME\` prints the same.

An encoder turns trainable rows and the training graph into the vectors that are compared. All of them serve the same way: one
vector a user, one an item, inner product.

**Rows and propagation.** An encoder is made of two parts: rows, which say what layer 0 is made of, and a propagation, which says what
becomes of it. A name stands for both together, with the options of both in one section (\`encoder: { name: lightgcn, numLayers: 2 }\`);
written out, any rows go with any propagation:

\`\`\`yaml
encoder:
  embeddingDim: 64
  rows: { name: history }
  propagation: { name: deep, numLayers: 2, residual: previous }
\`\`\`

\`encoder.attributes\` stands beside them, for rows \`table\` under \`lightgcn\` or \`deep\`. What \`lightgcn\` and \`history\` stand for is a
propagation \`lightgcn\`, or \`deep\` where they have an activation or the residual \`refined\`.

**Layers.** \`encoder.layerCombination\` says how the layers add up. \`learned\` takes a softmax over one variable a layer, equal at
first; the weights are in checkpoints, in every line of \`metrics.jsonl\` and in the report (\`layerWeights\`). Learned weights lower
the training loss; look at validation before you believe them: Zhou et al. (LayerGCN) saw them end on layer 0.

**Residuals and tanh.** \`residual\` says what a layer keeps of earlier ones, \`encoder.activation: tanh\` squashes what it hears.
\`previous\` and \`first\` are linear, so they cost nothing: a layer is then another combination of the same hops, and everything stays
on the fused path that computes the last hop for the batch's nodes only. \`refined\` (LayerGCN) and \`tanh\` (EGCF) are not: every layer
runs over all nodes (over a sampled block: over the nodes that later layers need), forward and backward.
A step on gowalla (3 layers, batch 2048, two cores) took 106 ms linear, 117 \`previous\`, 129 with learned weights, 354 \`refined\`, 564
\`tanh\`; 165 ms with \`history\`, which has a hop more, and 672 with \`history\` and \`tanh\`. All of them
work with views, sampled neighbours, learned weights and new users, but for \`refined\`, which compares a layer with the user's own row and
so can't make a user of items. Under views with a matrix for each hop (\`layerwise-edge-dropout\`, \`singular-value\`) a linear residual
combines that chain of hops.

**New users.** A run whose encoder has rows \`history\` needs no training for a user that it never saw:

\`\`\`
twinlight recommend my-run --history 50,172,181
\`\`\`

\`recommendForHistory(run, ids)\` does the same in code, and an exported bundle has \`item_history.npy\` (what each item says to a
user) with the formula in its manifest; \`bundle.recommendForHistory(ids)\` serves from it. The vector is the one that the user
would get by joining the graph and only listening: the items have not heard of it. For a user of the training graph it is that
user's own embedding. Ids that the graph does not have, and items that nobody had in training, are told apart and left out.
A run of encoder \`lightgcn\` answers too: with the vector of a user whose own row is zero. Trained users do have rows, so this is a
stopgap, the answer says so (\`isWholeModel\` false), and bundles do not carry it. \`table\` can't: its users are their rows.

**Momentum copy.** The negative source \`queue\` ([negatives](negatives.md)) encodes its items by a copy of the encoder that follows
the trained one slowly, copy ← momentum · copy + (1 − momentum) · trained, after every step (MoCo, He et al. 2020, arXiv 1911.05722,
eq. 2). It copies every variable of the encoder, gets no gradient and is part of checkpoints; it is not what is served.

**Features.** \`encoder.attributes\` makes values of categorical features nodes of the graph. Towers over features for users and items
without interactions are a place kept free: a tower is one more kind of rows.
`;

/** What `explain` calls a family, and what its sections are called here. */
const FAMILIES = [
  ['encoder', (name) => name],
  ['rows', (name) => `rows: ${name}`],
  ['propagation', (name) => `propagation: ${name}`],
];

/** The whole page as text. Needs a build. */
export async function encodersPage() {
  const { EXPLAINED, explain } = await import(pathToFileURL(join(ROOT, 'dist/index.js')).href);
  const sections = FAMILIES.flatMap(([family, title]) =>
    Object.entries(EXPLAINED[family].entries).map(([name, { doc }]) =>
      section(title(name), doc, explain(name).find((found) => found.family === family).options),
    ),
  );
  return [INTRODUCTION, ...sections].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(ROOT, 'docs/encoders.md'), await encodersPage());
  say('docs/encoders.md written');
}
