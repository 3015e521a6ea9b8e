/** Slots of several sources: what a source chose late goes into its own slots alone. */
import { expect, it } from 'vitest';
import { fillSlots } from './slots.js';

it('fills the slots of one source, query by query and in order', () => {
  const slots = {
    perQuery: 3,
    ids: Int32Array.of(9, -1, -1, -1, 8, 7, -1, 6, -1),
    source: Uint8Array.of(0, 1, 1, 1, 0, 0, 1, 2, 1),
  };
  fillSlots(slots, 1, Int32Array.of(11, 12, 13, 21, 22, 23, 31, -1, 33));
  expect([...slots.ids]).toEqual([9, 11, 12, 21, 8, 7, 31, 6, -1]);
});
