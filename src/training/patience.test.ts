import { describe, expect, it } from 'vitest';
import type { EpochRecord } from '../runs/report.js';
import { isStalled } from './patience.js';
import { afterEpoch, afterValidation, BEGINNING } from './progress.js';

/**
 * The preset xsimgcl on MovieLens 100K (random split, batch 1024, learning rate 0.001): mean BPR loss and validation ndcg@20 of 100 epochs.
 * The published code does the same there.
 */
const XSIMGCL = {
  losses: [
    0.6882, 0.6871, 0.6866, 0.6861, 0.686, 0.6858, 0.6855, 0.6852, 0.6851, 0.6848, 0.6847, 0.6843, 0.6842, 0.6839,
    0.6837, 0.6835, 0.6831, 0.683, 0.6828, 0.6825, 0.6824, 0.6821, 0.6818, 0.6815, 0.6812, 0.6808, 0.6806, 0.6804,
    0.6802, 0.6799, 0.6796, 0.6791, 0.679, 0.6785, 0.6782, 0.6781, 0.6777, 0.6774, 0.6771, 0.6768, 0.6763, 0.676,
    0.6757, 0.6753, 0.6749, 0.6744, 0.6741, 0.6738, 0.6734, 0.673, 0.6724, 0.6719, 0.6717, 0.671, 0.6705, 0.67, 0.6695,
    0.669, 0.6684, 0.668, 0.6675, 0.6666, 0.6661, 0.6657, 0.6648, 0.6644, 0.6635, 0.6628, 0.6622, 0.6612, 0.6604,
    0.6597, 0.6589, 0.6579, 0.6571, 0.6563, 0.6553, 0.6542, 0.6533, 0.6524, 0.6509, 0.6501, 0.6487, 0.6473, 0.6462,
    0.6449, 0.6437, 0.6422, 0.6407, 0.6392, 0.6377, 0.6362, 0.6345, 0.6329, 0.6315, 0.6294, 0.6277, 0.6264, 0.6241,
    0.6221,
  ],
  values: [
    0.1574, 0.1377, 0.1245, 0.1164, 0.1104, 0.1044, 0.0997, 0.095, 0.0923, 0.0891, 0.0862, 0.083, 0.0827, 0.0805,
    0.0786, 0.0771, 0.0745, 0.0726, 0.0705, 0.0697, 0.0678, 0.0661, 0.0655, 0.0648, 0.0634, 0.0615, 0.0617, 0.0607,
    0.0602, 0.0599, 0.0591, 0.0593, 0.059, 0.058, 0.0584, 0.058, 0.0569, 0.0558, 0.0557, 0.0553, 0.0552, 0.0548, 0.0542,
    0.054, 0.0531, 0.0533, 0.0532, 0.0526, 0.0523, 0.0521, 0.0517, 0.0516, 0.0509, 0.0514, 0.0514, 0.0517, 0.0518,
    0.0527, 0.0523, 0.0527, 0.0526, 0.0531, 0.0529, 0.0527, 0.0532, 0.0535, 0.0539, 0.0536, 0.0542, 0.055, 0.0559,
    0.0561, 0.0565, 0.0572, 0.0573, 0.0583, 0.0587, 0.0587, 0.0595, 0.0606, 0.0608, 0.0624, 0.0622, 0.0634, 0.0646,
    0.0656, 0.0668, 0.0673, 0.068, 0.0682, 0.0692, 0.0705, 0.0714, 0.0728, 0.0734, 0.0744, 0.0758, 0.0765, 0.0772,
    0.0785,
  ],
};

interface Curve {
  readonly losses: readonly number[];
  readonly values: readonly number[];
}

/** Epoch after which a training stops; undefined: it goes through. */
function stopsAfter(
  { losses, values }: Curve,
  rule: Parameters<typeof isStalled>[1],
  evaluateEvery = 1,
): number | undefined {
  let state = BEGINNING;
  for (const [i, main] of losses.entries()) {
    const epoch = i + 1;
    const valid = epoch % evaluateEvery === 0 ? { 'ndcg@20': values[i] } : undefined;
    const record: EpochRecord = {
      epoch,
      step: epoch,
      learningRate: 1,
      losses: { main },
      stepMs: 0,
      ...(valid && { valid }),
    };
    state = afterEpoch(valid ? afterValidation(state, valid['ndcg@20']) : state, record, true);
    if (isStalled(state, rule)) return epoch;
  }
  return undefined;
}

const curve = (epochs: number, loss: (epoch: number) => number, value: (epoch: number) => number): Curve => {
  const all = Array.from({ length: epochs }, (_, i) => i + 1);
  return { losses: all.map(loss), values: all.map(value) };
};
/** Best at epoch 5, worse ever after. */
const overfits = (epoch: number): number => 1 - Math.abs(epoch - 5) / 1000;

describe('patience', () => {
  it('does not run in the dip of xsimgcl', () => {
    expect(stopsAfter(XSIMGCL, { patience: 10, stallShare: 'any' })).toBe(11);
    expect(stopsAfter(XSIMGCL, { patience: 10, stallShare: 0.25 })).toBeUndefined();
    expect(stopsAfter(XSIMGCL, { patience: 3, stallShare: 0.25 })).toBeUndefined();
    expect(stopsAfter(XSIMGCL, { patience: 4, stallShare: 0.25 }, 5)).toBeUndefined();
  });

  it('runs from 2.2 time constants of an exponential fall on', () => {
    const falling = curve(200, (epoch) => 1 + 3 * Math.exp(-epoch / 10), overfits);
    // an epoch is a tenth of the time constant, and the first one is epoch 1
    const stop = stopsAfter(falling, { patience: 10, stallShare: 0.25 })!;
    expect(stop).toBeGreaterThan(22 + 9);
    expect(stop).toBeLessThan(22 + 13);
  });

  it.each([
    ['a logarithmic fall, as of a loss that overfits', (epoch: number) => 1 - Math.log(epoch) / 10, 26],
    ['a loss that stands still', () => 1, 15],
    ['a loss that rises', (epoch: number) => 1 + epoch, 15],
  ])('ends %s', (_, loss, end) => {
    const stop = stopsAfter(curve(100, loss, overfits), { patience: 10, stallShare: 0.25 })!;
    expect(Math.abs(stop - end)).toBeLessThanOrEqual(2);
  });

  it('is the same whatever the scale of the loss', () => {
    const base = curve(200, (epoch) => 1 + 3 * Math.exp(-epoch / 10), overfits);
    const scaled = { ...base, losses: base.losses.map((loss) => 1000 * loss - 7) };
    const rule = { patience: 10, stallShare: 0.25 };
    expect(stopsAfter(scaled, rule)).toBe(stopsAfter(base, rule));
  });

  it('begins anew at every improvement, and never ends at 0', () => {
    const steps = curve(
      60,
      () => 1,
      (epoch) => Math.floor(epoch / 9),
    );
    expect(stopsAfter(steps, { patience: 9, stallShare: 0.25 })).toBeUndefined();
    expect(stopsAfter(steps, { patience: 8, stallShare: 0.25 })).toBe(9 + 8);
    expect(
      stopsAfter(
        curve(60, () => 1, overfits),
        { patience: 0, stallShare: 'any' },
      ),
    ).toBeUndefined();
  });
});
