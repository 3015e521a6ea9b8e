/** Writes docs/negatives.md from the registry's own words, so that page, `explain` and schema can't disagree (a test compares). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, say } from './steps.mjs';

const INTRODUCTION = `# Negatives

Written by \`node scripts/write-negatives-page.mjs\` from the registry; \`twinlight explain NAME\` prints the same.

A recall model ranks the whole catalogue, so what it is shown as negatives decides what it learns. \`negatives.sources\` is a list
of sources; each gives items of one of four kinds:

- **shared**: every query of the batch is compared with them. A shared source knows how likely it is to draw an item; that
  probability is what \`losses.main.logQ\` corrects for. Under a pairwise loss (\`bpr\`) it is drawn afresh for every positive.
- **own**: for one query alone. logQ treats them as if the corrected shared sources had drawn them, so they add to the loss
  on purpose.
- **mined**: own, chosen by the scores of the batch. On \`webgpu\` that takes a second forward pass
  ([backends](backends.md#webgpu)).
- **stored**: shared, but vectors of earlier steps, which get no gradient; the live columns carry it for them.

How many: \`count\` says it exactly. \`ratio\` is relative: to the batch size under a softmax (0.01 of 2048: 20 for every query, or
20 columns for all), to the other ratios under a pairwise loss (100 and 1: one slot in 101 is hard). When: \`fromStep\`,
\`untilStep\` and \`afterStall\` make a curriculum, easy negatives first and hard ones from a step on, or once validation stalls.
One source must be on throughout.

\`negatives.falseNegatives\` decides what happens to a drawn item that the user has in train.

Measured against one another: [bench/experiments/negatives](../bench/experiments/negatives/README.md); easy and hard ones over time:
[bench/experiments/curriculum](../bench/experiments/curriculum/README.md).
`;

const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');

/** One entry of a registry: its doc, and its options, where it has any, as a table. */
export function section(name, { formula, when, goesWrong, source }, options) {
  const rows = options.map(({ name: option, kind, default: fallback, optional, description }) => {
    const shown = fallback !== undefined ? `\`${JSON.stringify(fallback)}\`` : optional ? '–' : 'required';
    return `| \`${option}\` | ${cell(kind)} | ${cell(shown)} | ${cell(description ?? '')} |`;
  });
  return [
    `## ${name}`,
    '',
    `**Formula.** ${formula}`,
    '',
    `**When.** ${when}`,
    '',
    `**What goes wrong.** ${goesWrong}`,
    '',
    `**Source.** ${source}.`,
    '',
    ...(rows.length > 0 ? ['| option | kind | default | meaning |', '|---|---|---|---|', ...rows, ''] : []),
  ].join('\n');
}

/** The whole page as text. Needs a build. */
export async function negativesPage() {
  const { NEGATIVE_SOURCES, explain } = await import(pathToFileURL(join(ROOT, 'dist/index.js')).href);
  const sections = Object.entries(NEGATIVE_SOURCES).map(([name, { doc }]) => {
    const { options } = explain(name).find(({ family }) => family === 'negative source');
    return section(name, doc, options);
  });
  return [INTRODUCTION, ...sections].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(ROOT, 'docs/negatives.md'), await negativesPage());
  say('docs/negatives.md written');
}
