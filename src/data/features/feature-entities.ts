/**
 * The entities of a side while their feature files are read: those of the log, and behind them, where such are kept, those
 * that only the files name. What the log named and a filter took out is not brought back.
 */
import { Vocabulary } from '../vocabulary.js';

export class FeatureEntities {
  private grown: Vocabulary | undefined;

  /**
   * @param known what the filters left; never changed
   * @param named all ids that the log named; undefined where entities that it does not name are left out
   */
  constructor(
    private readonly known: Vocabulary,
    private readonly named?: Vocabulary,
  ) {}

  /** With those that were added so far. */
  get vocabulary(): Vocabulary {
    return this.grown ?? this.known;
  }

  get size(): number {
    return this.vocabulary.size;
  }

  /** Whether entities that the log does not name become entities. */
  get keepsOthers(): boolean {
    return this.named !== undefined;
  }

  get numAdded(): number {
    return this.size - this.known.size;
  }

  /** Dense index of the entity, added at the end if need be; undefined where it is left out. */
  indexOf(id: string): number | undefined {
    const index = this.vocabulary.indexOf(id);
    return index !== undefined || this.named === undefined || this.named.indexOf(id) !== undefined
      ? index
      : this.add(id);
  }

  /** The same for an entity of which the source knows that no row of the log names it. */
  add(id: string): number {
    this.grown ??= Vocabulary.from(this.known.ids);
    return this.grown.add(id);
  }
}
