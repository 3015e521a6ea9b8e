/**
 * What a split came to: counts, and who in the held-out parts is cold, as numbers and as sentences.
 */
import type { Interactions } from '../interaction-set.js';
import type { SplitConfig, SplitName } from '../split-config.js';

/** Users and items of a held-out part that train never saw. */
export interface ColdCounts {
  readonly users: number;
  readonly items: number;
  /** Pairs whose user is cold / whose item is cold. */
  readonly pairsOfColdUsers: number;
  readonly pairsOfColdItems: number;
}

export interface SplitDescription {
  /** What was asked for, `auto` included. */
  readonly requested: SplitName;
  /** What was done, with its options. */
  readonly resolved: Exclude<SplitConfig, { name: 'auto' }>;
  readonly seed: number;
  readonly counts: {
    readonly train: number;
    readonly valid: number;
    readonly test: number;
    /** Input of users that train never saw, where the split has such. */
    readonly foldIn?: number;
    /** Training-period events that are no positives. */
    readonly otherEvents: number;
  };
  readonly cold: { readonly valid: ColdCounts; readonly test: ColdCounts };
}

/** A held-out part beside what it is held out from. */
interface HeldOutPart {
  readonly train: Interactions;
  readonly heldOut: Interactions;
  readonly numUsers: number;
  readonly numItems: number;
}

export function coldCounts({ train, heldOut, numUsers, numItems }: HeldOutPart): ColdCounts {
  const [users, pairsOfColdUsers] = unknownIn(train.userIndex, heldOut.userIndex, numUsers);
  const [items, pairsOfColdItems] = unknownIn(train.itemIndex, heldOut.itemIndex, numItems);
  return { users, items, pairsOfColdUsers, pairsOfColdItems };
}

/** Distinct indices of `heldOut` that are not in `train`, and how many of its rows have one. */
function unknownIn(train: Int32Array, heldOut: Int32Array, size: number): [number, number] {
  const isKnown = new Uint8Array(size);
  for (const index of train) isKnown[index] = 1;
  const unknown = new Set<number>();
  let rows = 0;
  for (const index of heldOut) {
    if (isKnown[index]) continue;
    unknown.add(index);
    rows++;
  }
  return [unknown.size, rows];
}

/** Sentences about cold users and items, and about parts that came out empty. */
export function splitNotes({ counts, cold }: Pick<SplitDescription, 'counts' | 'cold'>): string[] {
  const notes: string[] = [];
  for (const [part, title] of [
    ['valid', 'validation'],
    ['test', 'test'],
  ] as const) {
    if (counts[part] === 0) {
      notes.push(`${title} is empty: nothing can be measured on it`);
      continue;
    }
    const { users, items, pairsOfColdUsers, pairsOfColdItems } = cold[part];
    const of = `of ${counts[part]} ${title} interactions`;
    if (items > 0) notes.push(`${pairsOfColdItems} ${of} are with ${items} cold items, which train never saw`);
    if (users > 0) notes.push(`${pairsOfColdUsers} ${of} are by ${users} cold users, whom train never saw`);
  }
  return notes;
}
