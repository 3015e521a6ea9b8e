/**
 * What the page's script reads out of its data elements. Arrays of numbers are base64 of little-endian bytes: a tenth of the size
 * and of the time to read that JSON has.
 */

export interface ItemsData {
  /** Title, or id, `[numItems]`. */
  readonly labels: readonly string[];
  /** External id where it is not the label, '' else, `[numItems]`. */
  readonly ids: readonly string[];
  /** Training interactions: Int32 `[numItems]`. */
  readonly popularity: string;
}

/** A way to colour the map. */
interface Coloring {
  readonly name: string;
  /** Names of the groups; the group of an item is its number among them. */
  readonly values: readonly string[];
  /** Whether they are in an order, as of popularity. */
  readonly ordered: boolean;
  /** Uint16 `[numItems]`; 65535 where an item has none. */
  readonly codes: string;
}

export interface MapData {
  /** Int32 `[numPoints]`. */
  readonly items: string;
  /** Uint16, 0 … 65535 along each axis, `[numPoints, 2]`. */
  readonly places: string;
  readonly colorings: readonly Coloring[];
}

export interface NeighbourData {
  readonly k: number;
  /** Int32 `[numItems, k]`, -1 where there is none. */
  readonly ids: string;
  /** Cosine × 10,000: Int16 `[numItems, k]`. */
  readonly cosines: string;
}

export interface TraceData {
  /** Length of the lists. */
  readonly k: number;
  readonly users: readonly {
    readonly label: string;
    /** Position from 1 in the full ranking; 0: filtered, as the user has it; -1: not a candidate: Int32 `[numItems]`. */
    readonly positions: string;
    /** Held-out items. */
    readonly wanted: readonly number[];
    /** Items that the exact list has and the approximate index missed; absent: there is no such index. */
    readonly missed?: readonly number[];
  }[];
}
