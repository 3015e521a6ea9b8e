import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemCohorts, userCohorts } from './cohorts.js';

const anyDegrees = fc
  .array(fc.oneof(fc.constant(0), fc.nat(50)), { minLength: 1, maxLength: 60 })
  .map((d) => Int32Array.from(d));

describe('itemCohorts', () => {
  it('cuts the interactions in three', () => {
    // 12 interactions: 4 + 4 + (2 + 1 + 1)
    const cohorts = itemCohorts(Int32Array.of(1, 4, 0, 2, 4, 1));
    const members = Object.fromEntries(cohorts.map(({ name, members }) => [name, [...members]]));
    expect(members).toEqual({
      head: [0, 1, 0, 0, 0, 0],
      torso: [0, 0, 0, 0, 1, 0],
      tail: [1, 0, 0, 1, 0, 1],
      cold: [0, 0, 1, 0, 0, 0],
    });
  });

  it('puts every item in exactly one group, head more popular than torso than tail', () => {
    fc.assert(
      fc.property(anyDegrees, (degrees) => {
        const cohorts = itemCohorts(degrees);
        for (let item = 0; item < degrees.length; item++) {
          expect(cohorts.filter(({ members }) => members[item] === 1)).toHaveLength(1);
        }
        const degreesIn = (name: string) =>
          [...(cohorts.find((cohort) => cohort.name === name)?.members ?? [])].flatMap((flag, i) =>
            flag ? [degrees[i]] : [],
          );
        const order = ['head', 'torso', 'tail', 'cold'].flatMap((name) => degreesIn(name).sort((a, b) => b - a));
        expect(order).toEqual([...degrees].sort((a, b) => b - a));
        expect(degreesIn('cold').every((degree) => degree === 0)).toBe(true);
        expect(degreesIn('tail').every((degree) => degree > 0)).toBe(true);
      }),
    );
  });
});

describe('userCohorts', () => {
  it('makes quarters of users with different activity', () => {
    const cohorts = userCohorts(Int32Array.of(8, 1, 2, 3, 0, 4, 5, 6, 7));
    expect(cohorts.map(({ name, rows, definition }) => [name, [...rows], definition])).toEqual([
      ['q1', [1, 2], 'users with 1 to 2 training interactions'],
      ['q2', [3, 5], 'users with 3 to 4 training interactions'],
      ['q3', [6, 7], 'users with 5 to 6 training interactions'],
      ['q4', [0, 8], 'users with 7 to 8 training interactions'],
      ['cold', [4], 'users without training interactions'],
    ]);
  });

  it('keeps equal activity together and leaves nobody out', () => {
    fc.assert(
      fc.property(anyDegrees, (degrees) => {
        const cohorts = userCohorts(degrees);
        const rows = cohorts.flatMap((cohort) => [...cohort.rows]).sort((a, b) => a - b);
        expect(rows).toEqual([...degrees.keys()]);
        const groupsOf = new Map<number, Set<string>>();
        for (const { name, rows } of cohorts) {
          for (const row of rows) groupsOf.set(degrees[row], (groupsOf.get(degrees[row]) ?? new Set()).add(name));
        }
        for (const names of groupsOf.values()) expect(names.size).toBe(1);
      }),
    );
  });

  it('knows a single group of users', () => {
    expect(userCohorts(Int32Array.of(5, 5, 5)).map(({ name, rows }) => [name, rows.length])).toEqual([['q1', 3]]);
    expect(userCohorts(new Int32Array(0))).toEqual([]);
  });
});
