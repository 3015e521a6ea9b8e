/** Curves over epochs out of the records of training, a name each. */
import type { EpochRecord } from '../../runs/report.js';

export interface Curve {
  readonly name: string;
  /** (epoch, value); NaN where the epoch has none. */
  readonly points: readonly (readonly [number, number])[];
}

type Values = Readonly<Record<string, number | null | undefined>>;

/** Every key that any epoch has, in the order in which they come. Epochs without one are left out of its curve. */
function curvesOf(records: readonly EpochRecord[], valuesOf: (record: EpochRecord) => Values | undefined): Curve[] {
  const points = new Map<string, (readonly [number, number])[]>();
  for (const record of records) {
    for (const [name, value] of Object.entries(valuesOf(record) ?? {})) {
      if (value === undefined) continue;
      if (!points.has(name)) points.set(name, []);
      points.get(name)!.push([record.epoch, value ?? Number.NaN]);
    }
  }
  return [...points].map(([name, own]) => ({ name, points: own }));
}

/** Parts of the loss before weighting, and the weighted total. */
export const lossCurves = (records: readonly EpochRecord[]): Curve[] => curvesOf(records, ({ losses }) => losses);

/** Validation metrics. */
export const metricCurves = (records: readonly EpochRecord[]): Curve[] => curvesOf(records, ({ valid }) => valid);

/** Temperatures that are no fixed number. */
export const temperatureCurves = (records: readonly EpochRecord[]): Curve[] =>
  curvesOf(records, ({ temperature, auxiliaryTemperature, contrastiveTemperature }) => ({
    main: temperature,
    auxiliary: auxiliaryTemperature,
    contrastive: contrastiveTemperature,
  }));

/** What is left: the learning rate, imbalance of codes, prototypes that are nobody's nearest. */
export const otherCurves = (records: readonly EpochRecord[]): Curve[] =>
  curvesOf(records, ({ learningRate, codeImbalance, deadPrototypes }) => ({
    'learning rate': learningRate,
    'imbalance of codes': codeImbalance,
    'dead user prototypes': deadPrototypes?.users,
    'dead item prototypes': deadPrototypes?.items,
  }));

/** Of each negative source, one of its figures. */
export const negativeCurves = (
  records: readonly EpochRecord[],
  figure: 'share' | 'gradientNorm' | 'meanScore' | 'falseNegatives',
): Curve[] =>
  curvesOf(
    records,
    ({ negatives }) =>
      negatives && Object.fromEntries(Object.entries(negatives).map(([name, report]) => [name, report[figure]])),
  );

/** Share of each source in the sum of the sources' gradient norms: which negatives teach. */
export function gradientShares(records: readonly EpochRecord[]): Curve[] {
  return curvesOf(records, ({ negatives }) => {
    if (!negatives) return undefined;
    const norms = Object.entries(negatives).map(([name, { gradientNorm }]) => [name, gradientNorm] as const);
    const total = norms.reduce((sum, [, norm]) => sum + norm, 0);
    return Object.fromEntries(norms.map(([name, norm]) => [name, total > 0 ? norm / total : Number.NaN]));
  });
}

/** (alignment, uniformity, mean of users and items) of each epoch that has them, and its number. */
export function alignmentUniformityPath(records: readonly EpochRecord[]): {
  readonly epochs: readonly number[];
  readonly points: readonly (readonly [number, number])[];
} {
  const told = records.flatMap(({ epoch, alignment, uniformity }) =>
    Number.isFinite(alignment) && uniformity && Number.isFinite(uniformity.users + uniformity.items)
      ? [{ epoch, point: [alignment!, (uniformity.users + uniformity.items) / 2] as const }]
      : [],
  );
  return { epochs: told.map(({ epoch }) => epoch), points: told.map(({ point }) => point) };
}
