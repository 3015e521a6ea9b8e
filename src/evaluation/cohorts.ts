/**
 * Groups of items by popularity and of users by activity, both measured in the training graph.
 *
 * Items: sorted by training interactions, `head` holds the most popular items that make up the first third of all
 * interactions, `torso` the next third, `tail` the rest that has any; `cold` has none.
 * Users: quartiles of the evaluated users with training interactions, cut between different numbers of interactions
 * (users with equal activity are always together, so groups may differ in size); `cold` has none.
 */

export interface ItemCohort {
  readonly name: 'head' | 'torso' | 'tail' | 'cold';
  readonly definition: string;
  /** 1 where the item belongs, `[numItems]`. */
  readonly members: Uint8Array;
  readonly numItems: number;
}

/** Head, torso, tail and cold; empty ones left out. @param itemDegrees training interactions, `[numItems]` */
export function itemCohorts(itemDegrees: Int32Array): ItemCohort[] {
  const order = Int32Array.from(itemDegrees.keys()).sort((a, b) => itemDegrees[b] - itemDegrees[a] || a - b);
  const total = itemDegrees.reduce((sum, degree) => sum + degree, 0);
  const groupOf = new Uint8Array(itemDegrees.length);
  let before = 0;
  for (const item of order) {
    // an item belongs where its first interaction falls
    groupOf[item] = itemDegrees[item] === 0 ? 3 : Math.min(2, Math.floor((3 * before) / total));
    before += itemDegrees[item];
  }
  const definitions = [
    ['head', 'most popular items, first third of the training interactions'],
    ['torso', 'next items by popularity, second third of the training interactions'],
    ['tail', 'remaining items with training interactions'],
    ['cold', 'items without training interactions'],
  ] as const;
  return definitions
    .map(([name, definition], group) => {
      const members = Uint8Array.from(groupOf, (value) => (value === group ? 1 : 0));
      return { name, definition, members, numItems: members.reduce((sum, flag) => sum + flag, 0) };
    })
    .filter(({ numItems }) => numItems > 0);
}

export interface UserCohort {
  readonly name: 'q1' | 'q2' | 'q3' | 'q4' | 'cold';
  readonly definition: string;
  /** Positions in the array that was given, ascending. */
  readonly rows: Int32Array;
}

/** Activity quartiles (q1 = least active) and cold; empty ones left out. @param degrees of the evaluated users */
export function userCohorts(degrees: Int32Array): UserCohort[] {
  const sorted = degrees.filter((degree) => degree > 0).sort();
  // a user's quartile is the number of cuts below its degree; a cut is the last degree inside a quarter
  const cuts = [0.25, 0.5, 0.75].map((share) => sorted[Math.ceil(share * sorted.length) - 1]);
  const groupOf = (degree: number): number => (degree === 0 ? 4 : cuts.filter((cut) => degree > cut).length);
  const groups: number[][] = [[], [], [], [], []];
  for (const [row, degree] of degrees.entries()) groups[groupOf(degree)].push(row);
  const names = ['q1', 'q2', 'q3', 'q4', 'cold'] as const;
  return names
    .map((name, group) => ({
      name,
      definition: activityRange(degrees, groups[group]),
      rows: new Int32Array(groups[group]),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function activityRange(degrees: Int32Array, rows: readonly number[]): string {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const row of rows) {
    least = Math.min(least, degrees[row]);
    most = Math.max(most, degrees[row]);
  }
  if (most === 0) return 'users without training interactions';
  return least === most
    ? `users with ${most} training interactions`
    : `users with ${least} to ${most} training interactions`;
}
