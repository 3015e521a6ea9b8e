/** Filters against a catalogue: what can't be asked, and what is only told. */
import { describe, expect, it } from 'vitest';
import { selectTopK } from '../../core/select-top-k.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { filteredList } from './filtered-list.js';
import { compileItemFilter, type ItemFilter } from './item-filter.js';

const model = {
  title: 'a model',
  items: Vocabulary.from(['i0', 'i1']),
  catalogue: () => ({
    numRows: 2,
    columns: {
      genre: { kind: 'categorical', codes: Int32Array.of(0, 1), values: ['drama', 'comedy'] } as const,
      picture: { kind: 'vector', dim: 1, numbers: Float32Array.of(1, 2) } as const,
    },
  }),
  space: { embeddingDim: 2, rowOf: () => Float32Array.of(1, 0) },
};

const ask = async (filter: ItemFilter, k: number) =>
  filteredList(compileItemFilter(model, filter), {
    k,
    seen: new Int32Array(0),
    search: async (size, exclude) => selectTopK(Float32Array.of(1, 2), size, exclude),
  });

describe('what can’t be asked', () => {
  it.each([
    [{ maxPer: { genre: 0 } }, 'FILTER_RULES', 'maxPer of "genre": expected a whole number of at least 1, got 0'],
    [{ maxPer: { gender: 1 } }, 'FILTER_COLUMN', 'no column "gender" with values to count (did you mean "genre"?)'],
    [{ maxPer: { picture: 1 } }, 'FILTER_COLUMN', 'there are "genre"'],
    [{ quotas: { genre: { dramma: 1 } } }, 'FILTER_RULES', 'no item has "dramma" in "genre" (did you mean "drama"?)'],
    [{ quotas: { genre: { drama: 2 } }, maxPer: { genre: 1 } }, 'FILTER_RULES', 'stands against a limit of 1'],
    [{ quotas: { genre: { drama: 2, comedy: 2 } } }, 'FILTER_RULES', 'the quotas want 4 items of a list of 3'],
    [{ mmr: { lambda: 2 } }, 'FILTER_RULES', 'mmr.lambda: expected a number from 0 to 1, got 2'],
    [{ mmr: { pool: 0 } }, 'FILTER_RULES', 'mmr.pool: expected a whole number of at least 1, got 0'],
  ] satisfies [ItemFilter, string, string][])('%j', async (filter, code, message) => {
    const asked = ask(filter, 3);
    await expect(asked).rejects.toThrow(expect.objectContaining({ code }));
    await expect(asked).rejects.toThrow(message);
  });

  it('tells ids that nothing has', async () => {
    const { report } = await ask({ allow: ['i0', 'x', 'y', 'z', 'w'], deny: ['v'] }, 3);
    expect(report.notes).toEqual([
      '4 of the 5 ids of the allow list are unknown: "x", "y", "z", …',
      '1 of the 1 ids of the deny list is unknown: "v"',
      '1 of 3: 1 item passes',
    ]);
  });

  it.each([
    [{ ...model, space: undefined }, 'NO_EMBEDDINGS', 'a model ranks without item vectors'],
    [{ ...model, space: { ...model.space, embeddingDim: 1 } }, 'NO_EMBEDDINGS', 'a model has one number an item'],
  ])('mmr without vectors', (without, code, message) => {
    const compile = () => compileItemFilter(without, { mmr: {} });
    expect(compile).toThrow(expect.objectContaining({ code }));
    expect(compile).toThrow(message);
  });

  it('rules where nothing is known of the items', () => {
    const compile = () => compileItemFilter({ ...model, catalogue: () => undefined }, { maxPer: { genre: 1 } });
    expect(compile).toThrow('the model knows no columns of its items, so there is no "genre"');
  });
});
