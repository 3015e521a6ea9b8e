/** What every pair of field views promises, and what each is by its definition. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import type { FieldMaskPair } from './field-view.js';
import { drawFieldView, FIELD_VIEWS, type FieldViewName, fieldViewSchema, refuseFewFields } from './registry.js';

const NUM_ENTITIES = 400;
const PER_ENTITY = 5;
const fields: EncodedField[] = Array.from({ length: 4 }, (_, k) => ({
  name: `f${k}`,
  numValues: 9,
  offsets: Int32Array.from({ length: NUM_ENTITIES + 1 }, (_, entity) => entity * PER_ENTITY),
  columns: Int32Array.from({ length: NUM_ENTITIES * PER_ENTITY }, (_, entry) => 2 + (entry % PER_ENTITY)),
  values: new Float32Array(NUM_ENTITIES * PER_ENTITY).fill(1),
}));
/** 0 and 1 tell each other, 2 and 3 as well. */
const INFORMATION = Float64Array.of(1, 0.9, 0.1, 0.2, 0.9, 1, 0, 0, 0.1, 0, 1, 0.8, 0.2, 0, 0.8, 1);
const context = { fields, mutualInformation: () => INFORMATION };

/** What has no default. */
const NEEDED: Partial<Record<FieldViewName, object>> = {
  together: { rules: [{ name: 'complementary' }, { name: 'dimension-mask' }, { name: 'value-dropout', share: 0.2 }] },
};
const drawn = (name: FieldViewName, seed = 1, more = {}): FieldMaskPair =>
  drawFieldView(context, fieldViewSchema.parse({ name, ...NEEDED[name], ...more }), Rng.of(seed, 'test'));
/** Of every field and entry whether it stays, `[numFields · numEntries]`. */
const kept = ({ keeps }: FieldMaskPair['first']): boolean[] =>
  fields.flatMap((_, k) =>
    Array.from({ length: NUM_ENTITIES * PER_ENTITY }, (_, entry) => keeps(k, Math.floor(entry / PER_ENTITY), entry)),
  );
const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;
/** Whether all entries of each field of each entity are treated alike. */
const isWhole = (flags: readonly boolean[]): boolean => flags.every((flag, i) => flag === flags[i - (i % PER_ENTITY)]);

describe.each(Object.keys(FIELD_VIEWS) as FieldViewName[])('%s', (name) => {
  it('is the same for the same seed, another for another', () => {
    const of = (seed: number) => {
      const { first, second } = drawn(name, seed);
      return { first: kept(first), second: kept(second), dimensions: [first.dimensions, second.dimensions] };
    };
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('has two views that differ, each with something left', () => {
    const { first, second } = drawn(name);
    expect([kept(first), first.dimensions]).not.toEqual([kept(second), second.dimensions]);
    expect(share(kept(first))).toBeGreaterThan(0.2);
    expect(share(kept(second))).toBeGreaterThan(0.2);
  });
});

describe('by definition', () => {
  it('value-dropout and random-mask keep 1 − share, the one of values, the other of whole fields', () => {
    for (const at of [0, 0.3, 0.8]) {
      const values = kept(drawn('value-dropout', 3, { share: at }).first);
      const whole = kept(drawn('random-mask', 3, { fieldShare: at }).second);
      expect(share(values)).toBeCloseTo(1 - at, 1);
      expect(share(whole)).toBeCloseTo(1 - at, 1);
      expect(isWhole(whole)).toBe(true);
      expect(isWhole(values)).toBe(at === 0);
    }
  });

  it.each(['values', 'fields'])('complementary %s are disjoint and together all', (of) => {
    const { first, second } = drawn('complementary', 5, { of });
    const [one, other] = [kept(first), kept(second)];
    expect(one.every((flag, i) => flag !== other[i])).toBe(true);
    expect(share(one)).toBeCloseTo(0.5, 1);
    expect(isWhole(one)).toBe(of === 'fields');
  });

  it('correlated-mask hides a field with the one that tells most of it, and shows just these in the other view', () => {
    const { first, second } = drawn('correlated-mask');
    const groups = new Set<string>();
    for (let entity = 0; entity < NUM_ENTITIES; entity++) {
      const hidden = [0, 1, 2, 3].filter((field) => !first.keeps(field, entity, entity * PER_ENTITY));
      expect([0, 1, 2, 3].filter((field) => second.keeps(field, entity, entity * PER_ENTITY))).toEqual(hidden);
      groups.add(hidden.join());
    }
    // seed and ⌊4/2⌋ others: 0 goes with 1 and then 3, 1 with 0 and the first of the equal ones, …
    expect([...groups].sort()).toEqual(['0,1,2', '0,1,3', '0,2,3']);
  });

  it('refuses views of whole fields where there is one', () => {
    const refused =
      (name: FieldViewName, more = {}) =>
      () =>
        refuseFewFields(fieldViewSchema.parse({ name, ...more }), 1);
    expect(refused('correlated-mask')).toThrow(/needs 2 at least, but the tower reads 1/);
    expect(refused('complementary', { of: 'fields' })).toThrow(/views.fields: complementary/);
    expect(refused('complementary')).not.toThrow();
    expect(refused('value-dropout')).not.toThrow();
  });

  it('together leaves what each rule leaves, and hides the dimensions of the one that does', () => {
    const rules = [
      { name: 'random-mask', fieldShare: 0.4 },
      { name: 'value-dropout', share: 0.3 },
      { name: 'dimension-mask', dimensionShare: 0.25 },
    ];
    const rng = Rng.of(7, 'test');
    const alone = rules.map((rule) => drawFieldView(context, fieldViewSchema.parse(rule), rng));
    const both = drawn('together', 7, { rules });
    for (const side of ['first', 'second'] as const) {
      const each = alone.map((pair) => kept(pair[side]));
      expect(kept(both[side])).toEqual(each[0].map((_, i) => each.every((flags) => flags[i])));
      expect(both[side].dimensions).toEqual(alone[2][side].dimensions);
    }
    expect(share(kept(both.first))).toBeCloseTo(0.6 * 0.7, 1);
  });

  it('together takes each rule once, two at least, and as many fields as the neediest', () => {
    const read = (...rules: object[]) => fieldViewSchema.safeParse({ name: 'together', rules });
    expect(read({ name: 'value-dropout' }).success).toBe(false);
    expect(read({ name: 'value-dropout' }, { name: 'value-dropout' }).error?.message).toMatch(/each rule once/);
    expect(read({ name: 'value-dropout' }, { name: 'together', rules: [] }).success).toBe(false);
    const whole = read({ name: 'value-dropout' }, { name: 'complementary', of: 'fields' }).data!;
    expect(() => refuseFewFields(whole, 1)).toThrow(/needs 2 at least/);
    expect(() => refuseFewFields(whole, 2)).not.toThrow();
  });

  it('dimension-mask hides no value', () => {
    const { first } = drawn('dimension-mask', 1, { dimensionShare: 0.4 });
    expect(share(kept(first))).toBe(1);
    expect(first.dimensions).toMatchObject({ share: 0.4 });
  });
});
