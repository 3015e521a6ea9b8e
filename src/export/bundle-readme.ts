/** How to search a bundle: the lines in its manifest and the README.md beside it. */
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { towerReadme } from './tower-readme.js';

/** For `howToQuery` of the manifest. */
export const HOW_TO_QUERY: readonly string[] = Object.freeze([
  `1. Find the user's row: the line of ${BUNDLE_FILES.userIds} that holds the external id, counted from 0.`,
  `2. Take that row of ${BUNDLE_FILES.users} as the query, as it is.`,
  `3. Search ${BUNDLE_FILES.index} (largest inner product first). It returns rows of ${BUNDLE_FILES.items}.`,
  `4. Line number "row" of ${BUNDLE_FILES.itemIds}, counted from 0, is the item's external id.`,
  '5. Items that the user already had are not left out: drop them yourself, asking for that many more.',
]);

type ReadmeFacts = Pick<
  BundleManifest,
  | 'model'
  | 'graph'
  | 'embeddingDim'
  | 'normalized'
  | 'counts'
  | 'index'
  | 'idFiles'
  | 'history'
  | 'towers'
  | 'popular'
  | 'catalogue'
  | 'seen'
>;

export function bundleReadme(facts: ReadmeFacts): string {
  const { model, graph, counts, index } = facts;
  const setting =
    index.nprobe !== undefined
      ? `, nprobe ${index.nprobe}`
      : index.efSearch !== undefined
        ? `, efSearch ${index.efSearch}`
        : '';
  const hasEscapes = facts.idFiles.escapedUsers + facts.idFiles.escapedItems > 0;
  return `# Embeddings of the run ${model.run}

Preset \`${model.preset}\` on graph \`${graph.id}\`: ${counts.users} users and ${counts.items} items, ${facts.embeddingDim} numbers each,
inner product${facts.normalized ? ' (vectors have length 1, so it is the cosine)' : ''}. Index: \`${index.factory}\`${setting}, ${index.isExact ? 'exact' : 'approximate'}.

| file | holds |
|---|---|
| \`${BUNDLE_FILES.index}\` | FAISS index of the items; ids are row numbers |
| \`${BUNDLE_FILES.items}\`, \`${BUNDLE_FILES.users}\` | float32 vectors, a row each |
| \`${BUNDLE_FILES.itemIds}\`, \`${BUNDLE_FILES.userIds}\` | the external id of each row, a line each |
| \`${BUNDLE_FILES.parquet}\` | both tables: side, row, id, vector |
${facts.history ? `| \`${BUNDLE_FILES.history}\` | what each item says to a user that is not in the bundle |\n` : ''}${towerFiles(facts)}| \`${BUNDLE_FILES.popular}\` | what most users had in training, for those of whom nothing is known |
${factsFiles(facts)}| \`manifest.json\` | model, graph, versions, checksums, what was verified |

## Python

\`\`\`python
import faiss, numpy

def read_ids(path):
    with open(path, encoding="utf-8", newline="\\n") as file:
        return file.read().split("\\n")[:-1]

index = faiss.read_index("${BUNDLE_FILES.index}")
users = numpy.load("${BUNDLE_FILES.users}")
item_ids, user_ids = read_ids("${BUNDLE_FILES.itemIds}"), read_ids("${BUNDLE_FILES.userIds}")

row = user_ids.index("SOME USER ID")
scores, rows = index.search(users[row : row + 1], 20)
print([(item_ids[r], s) for r, s in zip(rows[0], scores[0]) if r != -1])
\`\`\`
${facts.history ? newUsers(facts.history, facts.normalized) : ''}${towerReadme(facts)}${hasEscapes ? '\nSome ids hold line breaks or backslashes and are written with backslash escapes; see `idFiles` in manifest.json.\n' : ''}
## Node

\`\`\`js
import { openBundle } from 'twinlight';

const bundle = await openBundle('.');
console.log(await bundle.recommend('SOME USER ID', { k: 20 }));
\`\`\`

Items that a user already had are not left out: pass them as \`exclude\`, or in Python ask for more and drop them.
${facts.seen ? `\`${BUNDLE_FILES.seen}\` says which they are; \`recommendForProfile(bundle, { user })\` leaves them out by itself.\n` : ''}`;
}

const factsFiles = ({ catalogue, seen }: ReadmeFacts): string =>
  [
    catalogue &&
      `| \`${BUNDLE_FILES.catalogue}\`, \`${BUNDLE_FILES.catalogueArrays}\` | what is known of the items: ${catalogue.columns.map((name) => name.replaceAll('|', '\\|')).join(', ')} |\n`,
    seen &&
      `| \`${BUNDLE_FILES.seen}\` | items that users have: user row, item row, part (0 train, 1 validation, 2 test) |\n`,
  ]
    .filter((row) => row !== undefined)
    .join('');

const towerFiles = ({ towers }: ReadmeFacts): string =>
  (['item', 'user'] as const)
    .filter((side) => towers?.[side])
    .map((side) => `| \`${side}_tower.json\`, \`${side}_tower.npy\` | what makes ${side}s of their features |\n`)
    .join('');

/** How to make a user of items, in Python and Node. */
function newUsers(
  { weights, activation, countsRepeats }: NonNullable<BundleManifest['history']>,
  normalized: boolean,
): string {
  const heard = 'h.sum(axis=1) / len(known) ** 0.5';
  return `
## Users that are not in the bundle

A user is made of the items it had, whoever it is:

\`\`\`python
history = numpy.load("${BUNDLE_FILES.history}")  # [${weights.length}, items, numbers]
rows = [item_ids.index(i) for i in ["SOME ITEM ID", "ANOTHER"]]  # ${countsRepeats ? 'one that the user had again counts again' : 'each once'}
known = [r for r in rows if history[:, r].any()]  # the others say nothing: nobody had them in training
h = history[:, known]
user = numpy.array(${JSON.stringify(weights)}) @ ${activation === 'tanh' ? `numpy.tanh(${heard})` : `(${heard})`}
${normalized ? 'user /= numpy.linalg.norm(user)\n' : ''}scores, rows = index.search(user[None].astype("float32"), 20)
\`\`\`

\`\`\`js
await bundle.recommendForHistory(['SOME ITEM ID', 'ANOTHER'], { k: 20 }); // leaves the two out
\`\`\`
`;
}
