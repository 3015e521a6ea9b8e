/** Seeded graphs by power laws: rank r of n comes with probability close to r^−exponent, by inverting its integral. */
import { raggedFromPairs } from '../../dist/core/ragged.js';
import { Rng } from '../../dist/core/rng.js';
import { Vocabulary } from '../../dist/data/vocabulary.js';
import { buildBipartiteCsr } from '../../dist/graph/bipartite-csr.js';
import { sealGraph } from '../../dist/graph/seal-graph.js';

const EXPONENT = 0.8;

/** @returns columns `[count]` of users and items */
export function generate(count, numUsers, numItems, seed) {
  const rng = Rng.of(seed, 'scale');
  const userIndex = new Int32Array(count);
  const itemIndex = new Int32Array(count);
  const draw = (n) => Math.min(n - 1, Math.floor(n * rng.uniform() ** (1 / (1 - EXPONENT))));
  for (let row = 0; row < count; row++) {
    // users are spread evenly over half of the rows, so that everybody has some history
    userIndex[row] = row % 2 === 0 ? rng.integer(numUsers) : draw(numUsers);
    itemIndex[row] = draw(numItems);
  }
  return { userIndex, itemIndex };
}

const names = (prefix, length) => Vocabulary.from(Array.from({ length }, (_, i) => prefix + i));

/** A graph that is not stored yet; one pair in twenty of those behind a user's first is held out. */
export function graphOf(columns, numUsers, numItems) {
  const whole = buildBipartiteCsr(columns, { numUsers, numItems });
  const held = new Uint8Array(whole.numEdges);
  for (let user = 0; user < numUsers; user++) {
    for (let edge = whole.userOffsets[user] + 1; edge < whole.userOffsets[user + 1]; edge++) {
      held[edge] = edge % 20 === 0 ? 1 + ((edge / 20) % 2) : 0;
    }
  }
  const pairs = (part) => {
    const length = held.reduce((sum, value) => sum + (value === part ? 1 : 0), 0);
    const userIndex = new Int32Array(length);
    const itemIndex = new Int32Array(length);
    let at = 0;
    for (let user = 0; user < numUsers; user++) {
      for (let edge = whole.userOffsets[user]; edge < whole.userOffsets[user + 1]; edge++) {
        if (held[edge] !== part) continue;
        userIndex[at] = user;
        itemIndex[at++] = whole.userNeighbors[edge];
      }
    }
    return { userIndex, itemIndex };
  };
  const ragged = (part) => {
    const { userIndex, itemIndex } = pairs(part);
    return raggedFromPairs(userIndex, itemIndex, numUsers);
  };
  const content = {
    users: names('u', numUsers),
    items: names('i', numItems),
    train: buildBipartiteCsr(pairs(0), { numUsers, numItems }),
    valid: ragged(1),
    test: ragged(2),
  };
  return sealGraph(content, { name: 'scale', split: 'given', source: { kind: 'generated' }, data: {}, notes: [] });
}
