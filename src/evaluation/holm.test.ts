import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holmCorrected } from './holm.js';

it('multiplies the smallest by all, the next by one less, and keeps the order', () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
  expect(holmCorrected([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(9)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holmCorrected([0.2])).toEqual([0.2]);
  expect(holmCorrected([0.9, 0.8])).toEqual([1, 1]);
  expect(holmCorrected([])).toEqual([]);
});

it('lies between the p-value itself and the one times the number of tests', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
      for (const [test, corrected] of holmCorrected(pValues).entries()) {
        expect(corrected).toBeGreaterThanOrEqual(pValues[test]);
        expect(corrected).toBeLessThanOrEqual(Math.min(1, pValues[test] * pValues.length) + 1e-15);
      }
    }),
  );
});
