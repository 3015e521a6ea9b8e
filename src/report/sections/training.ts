/** How training went: every loss part and metric by epoch, where alignment and uniformity went, which negatives taught. */
import type { DrawChart } from '../charts/load-echarts.js';
import {
  alignmentUniformityPath,
  type Curve,
  gradientShares,
  lossCurves,
  metricCurves,
  negativeCurves,
  otherCurves,
  temperatureCurves,
} from '../figures/epoch-curves.js';
import type { RunFigures } from '../figures/run-figures.js';
import { cards, lineCard, pathCard } from '../page/cards.js';
import type { Section } from '../page/document.js';
import { type Html, html } from '../page/html.js';

const EPOCH = { name: 'epoch', whole: true };
/** What the parts of the loss are called there. */
const PARTS: Readonly<Record<string, string>> = {
  total: 'Total loss (weighted)',
  main: 'Main loss',
  auxiliary: 'Auxiliary loss',
  contrastive: 'Contrastive loss',
  prototypes: 'Prototype loss',
  l2: 'L2 of the rows',
};

/** Undefined where no run was trained by epochs. */
export function trainingSection(draw: DrawChart, all: readonly RunFigures[], k: number): Section | undefined {
  const runs = all.filter(({ records }) => records.length > 0);
  if (runs.length === 0) return undefined;
  const byName = (curvesOf: (records: RunFigures['records']) => Curve[]): Map<string, Curve[]> => {
    const curves = new Map<string, Curve[]>();
    for (const { name: run, records } of runs) {
      for (const { name, points } of curvesOf(records)) {
        if (!curves.has(name)) curves.set(name, []);
        curves.get(name)!.push({ name: run, points });
      }
    }
    return curves;
  };
  const selected = runs.length === 1 ? runs[0].run.manifest.bestEpoch : 0;
  const mark = selected > 0 ? { x: selected, label: `selected: ${selected}` } : undefined;
  const over = (title: string, value: string, lines: readonly Curve[], note?: string): Html =>
    lineCard(draw, { title, note }, { x: EPOCH, y: { name: value }, lines, mark });

  const losses = [...byName(lossCurves)].map(([part, lines]) => over(PARTS[part] ?? part, 'loss', lines));
  const metrics = [...byName(metricCurves)];
  const main = metrics.filter(([name]) => name.endsWith(`@${k}`) || !name.includes('@'));
  const others = metrics.filter((each) => !main.includes(each));
  const temperatures = [...byName(temperatureCurves)].map(([name, lines]) =>
    over(`Temperature (${name})`, 'temperature', lines),
  );
  // what never changes is told by the configuration
  const rest = [...byName(otherCurves)]
    .filter(([, lines]) => lines.some(({ points }) => points.some(([, value]) => value !== points[0][1])))
    .map(([name, lines]) => over(name[0].toUpperCase() + name.slice(1), name, lines));
  const body = html`<h3>Losses</h3>${cards(losses)}
<h3>Validation metrics</h3>${cards(main.map(([name, lines]) => over(name, name, lines)))}
${
  others.length > 0 &&
  html`<details><summary>The same at other lengths of the list (${others.length} charts)</summary>${cards(
    others.map(([name, lines]) => over(name, name, lines)),
  )}</details>`
}
<h3>Geometry, temperature, negatives</h3>${cards([
    ...planeCards(draw, runs),
    ...temperatures,
    ...runs.flatMap((run) => negativeCards(draw, run, mark)),
    ...rest,
  ])}`;
  return { id: 'training', title: 'Training', question: 'Did it learn, and did it stop in time?', body };
}

function planeCards(draw: DrawChart, runs: readonly RunFigures[]): Html[] {
  const paths = runs.flatMap(({ name, records, run }) => {
    const { epochs, points } = alignmentUniformityPath(records);
    return points.length > 0 ? [{ name, points, selected: epochs.indexOf(run.manifest.bestEpoch) }] : [];
  });
  if (paths.length === 0) return [];
  const title = 'Alignment and uniformity';
  const note =
    'An epoch a point, the first hollow, the selected one a diamond. Left: positives are close; down: points are spread. Both are better small.';
  const chart = { x: { name: 'alignment' }, y: { name: 'uniformity' }, paths };
  return [pathCard(draw, { title, note }, chart)];
}

/** Only where there are several sources do their shares say anything. */
function negativeCards(
  draw: DrawChart,
  { name, records }: RunFigures,
  mark: { x: number; label: string } | undefined,
): Html[] {
  const shares = gradientShares(records);
  if (shares.length === 0) return [];
  const figure = (title: string, y: string, lines: readonly Curve[], note: string): Html =>
    lineCard(draw, { title: `${title} (${name})`, note }, { x: EPOCH, y: { name: y }, lines, mark });
  const several = [
    figure('Gradient by negative source', 'share of gradient norm', shares, 'Which negatives teach.'),
    figure(
      'Negatives by source',
      'share of pairs',
      negativeCurves(records, 'share'),
      'How many pairs each source gives.',
    ),
  ];
  const falseOnes = 'Part of the pairs whose item the user has in training, before the guard takes them out.';
  const score = 'Mean similarity of the pairs, before the temperature: higher is harder.';
  return [
    ...(shares.length > 1
      ? several
      : [
          figure(
            'Gradient of the negatives',
            'gradient norm',
            negativeCurves(records, 'gradientNorm'),
            'Of the main loss by the rows of their items.',
          ),
        ]),
    figure('Hardness of negatives', 'mean similarity', negativeCurves(records, 'meanScore'), score),
    figure('False negatives', 'share of pairs', negativeCurves(records, 'falseNegatives'), falseOnes),
  ];
}
