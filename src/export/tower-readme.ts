/** The part of a bundle's README about items and users that are made of their features. */
import type { BundleManifest } from './bundle-manifest.js';

/** Empty where the bundle has no tower. */
export function towerReadme({ towers, normalized }: Pick<BundleManifest, 'towers' | 'normalized'>): string {
  const sides = (['item', 'user'] as const).filter((side) => towers?.[side]);
  if (sides.length === 0) return '';
  const columns = sides.map((side) => `- ${side}s: ${towers![side]!.columns.map((name) => `\`${name}\``).join(', ')}`);
  const [side] = sides;
  const example = JSON.stringify(Object.fromEntries(towers![side]!.columns.slice(0, 2).map((name) => [name, 'VALUE'])));
  const calls = [
    ...(towers?.item ? [`await encodeItems(bundle, [${example}]); // float32, a row each`] : []),
    `await ${towers?.user ? `recommendForProfile(bundle, { features: ${example} })` : `similarToFeatures(bundle, ${example})`};`,
  ];
  const names = [...(towers?.item ? ['encodeItems'] : []), 'openBundle'];
  const last = towers?.user ? 'recommendForProfile' : 'similarToFeatures';
  return `
## What is not in the bundle, from its features

A vector is made of these columns, any of which may be missing:

${columns.join('\n')}

\`\`\`js
import { ${[...names, last].join(', ')} } from 'twinlight';

${calls.join('\n')}
\`\`\`

\`item_tower.json\` (the same for users) has all that other languages need. Each of \`form.fields\` says how its column becomes weights x
of value numbers: 0 is a missing value, 1 one that training did not see, value v of its lists has number 2 + v. Each of \`arrays\` is
\`shape[0]\` rows of \`shape[1]\` numbers that begin at number \`first\` of \`item_tower.npy\`. Then

\`\`\`text
f_k    = sum over values v of x[k, v] * fields/NAME[v]            a vector a field k
with senet: z_k = mean of f_k, w = 2 * sigmoid(relu(z @ senet/reduce) @ senet/expand), f_k = w_k * f_k
h      = sum of the f_k (form.join: sum), or all of them side by side (concat)
h      = activation(norm(h @ N/weights) * N/scale + N/bias)       hidden layer N = 0, 1, …; without form.normEpsilon no norm, no scale
         norm(h) = (h - mean) / sqrt(variance + form.normEpsilon)
row    = h @ N/weights                                            of the last N; without such an array h
with lenders: row = row + sum over j of cos_j^p / (sum of these cos_j^p) * lenders/rows[j], p lenders.power, over the lenders.numNeighbors lenders j of largest
         positive cos_j = c @ content of j, c the x[k] of all fields k without values 0 and 1, each at length 1, then all at length 1;
         content of j: lenders/content at the places of item_content.npy, values of field k counted on from those of field k - 1
vector = ownShare * row
${normalized ? 'vector = vector / its length\n' : ''}\`\`\`
${towers?.user ? '\nA user with a history is `ownShare * tower(features)`, of missing features where none are known, plus what its items say, and only then brought to length 1 where vectors have it.\n' : ''}`;
}
