/** Writes docs/losses.md from the registry's own words, so that page, `explain` and schema can't disagree (a test compares). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, say } from './steps.mjs';
import { section } from './write-negatives-page.mjs';

const INTRODUCTION = `# Losses

Written by \`node scripts/write-losses-page.mjs\` from the registry; \`twinlight explain NAME\` prints the same.

The objective is a weighted sum: one **main** loss (what is ranked), and, where their weights are above 0, an **auxiliary** loss of
users and items, a **contrastive** part (two views of a node agree), a **prototype** part (nodes fall into groups) and L2 on the
table.

Main losses differ in what they compare a positive with:

- **softmax** losses (\`in-batch-softmax\`, \`bsl\`): all candidates at once, the batch's other positives and whatever
  \`negatives.sources\` draws. \`sampled-softmax\` leaves the others' positives out.
- **pairwise** losses (\`bpr\`, \`hinge\`, \`cosine-contrastive\`): each positive with \`negatives.numNegatives\` of its own.
- \`alignment-uniformity\` has no negatives.

**Auxiliary loss.** \`losses.auxiliary\` is a second loss of users and items over the same pass: \`in-batch-softmax\`, \`bsl\` or
\`alignment-uniformity\`, with its own similarity and temperature, over the batch's positives alone. EGCF (Zhang et al. 2024) is
\`bpr\` on inner products for the ranking, a softmax on cosines beside it, and \`views.pairing: self\`, which contrasts the nodes of
each side with one another and so spreads them out. Where the two disagree (a main loss on inner products lets norms grow with
popularity, cosines do not see norms), ranking follows the main loss.

Combinations that make no sense are errors that say why: sources with a loss that has no negatives, the batch's positives under
\`sampled-softmax\`, an adaptive temperature without cosine.

**Temperature.** A number; or \`{ name: scheduled }\`, large at first, when most negatives are informative, then small; or
\`{ name: learned }\` within bounds; or, for a softmax main loss, \`{ name: adaptive }\`: one a user, larger for users that are
fitted badly (Chen et al. 2023, arXiv 2302.04775). The epoch's mean is in \`metrics.jsonl\`
(\`temperature\`; of the other parts \`auxiliaryTemperature\`, \`contrastiveTemperature\`). That of prototypes is a number. A learned
temperature lowers the training loss first and foremost; look at validation before you believe it.

Measured: [temperature](../bench/experiments/temperature/README.md), [normalisation](../bench/experiments/normalisation/README.md),
[batch size](../bench/experiments/batch-size/README.md), [prototypes](../bench/experiments/prototypes/README.md).

**Projection head.** \`losses.contrastive.head\` puts a linear layer or a perceptron between the embeddings and the contrast (Chen
et al. 2020, arXiv 2002.05709): the views must agree on what the head keeps, and the embeddings may know more. It is thrown away at
export. With a small weight of the contrast there is little to shield the embeddings from.
`;

const ROLES = [
  ['main', '# Main losses'],
  ['contrastive', '# Contrastive losses'],
  ['prototypes', '# Prototype losses'],
  ['regularisation', '# Regularisation'],
];

/** The whole page as text. Needs a build. */
export async function lossesPage() {
  const { LOSSES, explain } = await import(pathToFileURL(join(ROOT, 'dist/index.js')).href);
  const parts = ROLES.flatMap(([role, title]) => [
    `${title}\n`,
    ...Object.entries(LOSSES)
      .filter(([, loss]) => loss.role === role)
      .map(([name, { doc }]) => section(name, doc, explain(name).find(({ family }) => family === 'loss').options)),
  ]);
  return [INTRODUCTION, ...parts].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(ROOT, 'docs/losses.md'), await lossesPage());
  say('docs/losses.md written');
}
