/**
 * k-core of the bipartite graph (Seidman 1983): users and items with too few positives are taken away, and whoever has
 * too few after that, until everybody left has enough. The result does not depend on the order of removal; the queue
 * below looks at every interaction at most twice.
 */
import { EVENT_CODES, type Interactions } from '../interaction-set.js';

interface CoreDegrees {
  /** Least number of positives of a user, 0 = any. */
  readonly user: number;
  readonly item: number;
}

/** What `data.kCore` means: one number stands for both sides. */
export function coreDegrees(kCore: number | CoreDegrees): CoreDegrees {
  return typeof kCore === 'number' ? { user: kCore, item: kCore } : kCore;
}

/**
 * Rows of `log` that survive, ascending. Only positives count; other events stay where both their ends do.
 * A repeated pair counts as often as it stands there.
 */
export function kCoreRows(
  log: Interactions,
  degrees: CoreDegrees,
  { numUsers, numItems }: { readonly numUsers: number; readonly numItems: number },
): Int32Array {
  const { userIndex, itemIndex, event } = log;
  const numRows = userIndex.length;
  const isPositive = (row: number): boolean => !event || event[row] === EVENT_CODES.positive;
  // nodes: users, then items
  const nodeOf = [userIndex, itemIndex.map((item) => item + numUsers)] as const;
  const numNodes = numUsers + numItems;
  const least = (node: number): number => (node < numUsers ? degrees.user : degrees.item);

  const offsets = new Int32Array(numNodes + 1);
  for (const nodes of nodeOf) {
    for (let row = 0; row < numRows; row++) if (isPositive(row)) offsets[nodes[row] + 1]++;
  }
  const degree = offsets.slice(1);
  for (let node = 0; node < numNodes; node++) offsets[node + 1] += offsets[node];
  const next = offsets.slice(0, numNodes);
  const rowsOfNode = new Int32Array(offsets[numNodes]);
  for (const nodes of nodeOf) {
    for (let row = 0; row < numRows; row++) if (isPositive(row)) rowsOfNode[next[nodes[row]]++] = row;
  }

  const isGone = new Uint8Array(numNodes);
  const queue: number[] = [];
  const removeIfShort = (node: number): void => {
    if (isGone[node] || degree[node] >= least(node)) return;
    isGone[node] = 1;
    queue.push(node);
  };
  for (let node = 0; node < numNodes; node++) removeIfShort(node);
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at];
    const others = node < numUsers ? nodeOf[1] : nodeOf[0];
    for (let slot = offsets[node]; slot < offsets[node + 1]; slot++) {
      const other = others[rowsOfNode[slot]];
      if (isGone[other]) continue;
      degree[other]--;
      removeIfShort(other);
    }
  }

  const kept = new Int32Array(numRows);
  let numKept = 0;
  for (let row = 0; row < numRows; row++) {
    if (!isGone[nodeOf[0][row]] && !isGone[nodeOf[1][row]]) kept[numKept++] = row;
  }
  return kept.slice(0, numKept);
}
