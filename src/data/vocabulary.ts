/**
 * External ids (strings) ↔ dense indices (0 … size-1). Append-only: an id keeps its index for ever, so embeddings
 * of an earlier run stay addressable after new users and items were added.
 */
import { DataError } from '../core/errors.js';

export class Vocabulary {
  private readonly indexById = new Map<string, number>();
  private readonly idByIndex: string[] = [];

  /** Builds one from ids in index order; a repeated id is a DataError. */
  static from(ids: readonly string[]): Vocabulary {
    const vocabulary = new Vocabulary();
    for (const [index, id] of ids.entries()) {
      if (vocabulary.add(id) !== index)
        throw new DataError('DATA_DUPLICATE_ID', `id "${id}" occurs twice in the id list`);
    }
    return vocabulary;
  }

  get size(): number {
    return this.idByIndex.length;
  }

  /** All ids in index order; do not modify. */
  get ids(): readonly string[] {
    return this.idByIndex;
  }

  /** Index of `id`, added at the end if new. */
  add(id: string): number {
    const known = this.indexById.get(id);
    if (known !== undefined) return known;
    const index = this.idByIndex.length;
    this.indexById.set(id, index);
    this.idByIndex.push(id);
    return index;
  }

  /** Index of `id`, or undefined. */
  indexOf(id: string): number | undefined {
    return this.indexById.get(id);
  }

  /** External id at `index`; throws a RangeError outside 0 … size-1. */
  idOf(index: number): string {
    const id = this.idByIndex[index];
    if (id === undefined) throw new RangeError(`index ${index} is outside the vocabulary of ${this.size} ids`);
    return id;
  }
}
