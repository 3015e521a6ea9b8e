/** Two users to look at: what they liked beside what is recommended to them. */
import type { RankedItem, TrainedRun } from '../../index.js';
import type { Api } from '../command-line.js';
import { cutTo, table } from '../table.js';

const ROWS = 8;
const TITLE_WIDTH = 44;
/** Users whose activity is nearest to the median, among whom the shown ones are chosen. */
const CANDIDATES = 60;

export interface ShownUser {
  readonly user: string;
  /** Items of train, the latest first where there are times. */
  readonly liked: readonly string[];
  readonly recommended: readonly (RankedItem & { readonly heldOut: boolean })[];
}

/** Users of middling activity who are least alike, by their vectors. */
export function chooseUsers({ graph, embeddings }: TrainedRun, count: number): number[] {
  const { userOffsets, numUsers } = graph.train;
  const degree = (user: number) => userOffsets[user + 1] - userOffsets[user];
  const all = Array.from({ length: numUsers }, (_, user) => user).filter((user) => degree(user) > 0);
  const median = all.map(degree).sort((a, b) => a - b)[all.length >> 1];
  const distance = (user: number) => Math.abs(degree(user) - median);
  const candidates = all.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, CANDIDATES);
  if (!embeddings) return candidates.slice(0, count);
  const { users, embeddingDim } = embeddings;
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < embeddingDim; d++) sum += users[a * embeddingDim + d] * users[b * embeddingDim + d];
    return sum;
  };
  const chosen = candidates.slice(0, 1);
  while (chosen.length < Math.min(count, candidates.length)) {
    const nearest = (user: number) => Math.max(...chosen.map((other) => dot(user, other)));
    const rest = candidates.filter((user) => !chosen.includes(user));
    chosen.push(rest.reduce((best, user) => (nearest(user) < nearest(best) ? user : best)));
  }
  return chosen;
}

export async function shownUser(api: Api, run: TrainedRun, userIndex: number): Promise<ShownUser> {
  const { train, test, users, items } = run.graph;
  const edges = Array.from(
    { length: train.userOffsets[userIndex + 1] - train.userOffsets[userIndex] },
    (_, i) => train.userOffsets[userIndex] + i,
  );
  const { timestamp } = train;
  if (timestamp) edges.sort((a, b) => timestamp[b] - timestamp[a]);
  const heldOut = new Set(test.values.subarray(test.offsets[userIndex], test.offsets[userIndex + 1]));
  const user = users.idOf(userIndex);
  const recommended = await api.recommendForUser(run, user, { k: ROWS });
  return {
    user,
    liked: edges.slice(0, ROWS).map((edge) => api.nodeLabel(run.graph, 'item', train.userNeighbors[edge])),
    recommended: recommended.map((item) => ({ ...item, heldOut: heldOut.has(items.indexOf(item.id)!) })),
  };
}

export function shownUserText({ user, liked, recommended }: ShownUser): string {
  const rows = Array.from({ length: Math.max(liked.length, recommended.length) }, (_, i) => [
    cutTo(liked[i] ?? '', TITLE_WIDTH),
    recommended[i] && `${recommended[i].heldOut ? '✓' : ' '} ${cutTo(recommended[i].label, TITLE_WIDTH)}`,
  ]);
  const columns = [
    `user ${user} liked`,
    { title: '  auto recommends (✓ held out: chosen later)', align: 'left' } as const,
  ];
  return table(columns, rows);
}
