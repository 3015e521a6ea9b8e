/**
 * Parallel coordinates (Inselberg 1985, The Visual Computer 1): an axis a parameter, at the right the result, and a line a trial through its
 * values. Lines are the darker the better, by rank, so that a few failures do not wash out what tells good ones apart.
 */
import { axisTicks, tickText } from './axis-ticks.js';
import { renderSvg, type SvgElement, svgElement, truncate } from './svg.js';

export interface ParallelAxis {
  /** A key such as `losses.main.temperature`: the last part stands out. */
  readonly label: string;
  /** Its ends, or the choices from bottom to top. */
  readonly scale:
    | { readonly low: number; readonly high: number; readonly log: boolean; readonly whole: boolean }
    | { readonly choices: readonly (string | number | boolean)[] };
}

export interface ParallelLine {
  /** What a pointer that rests on it is told. */
  readonly label: string;
  /** `[axes]` */
  readonly values: readonly (string | number | boolean)[];
  /** Undefined where it failed. */
  readonly result?: number;
  /** Whether it was stopped before its end, so that its result does not quite compare. */
  readonly partial: boolean;
}

interface ParallelPicture {
  readonly title: string;
  readonly caption: string;
  readonly axes: readonly ParallelAxis[];
  /** What results are of. */
  readonly result: string;
  /** The best first, those without a result last. */
  readonly lines: readonly ParallelLine[];
}

const GAP = 150;
const HEIGHT = 330;
const TOP = 118;
const SIDE = 84;
const BOTTOM = 62;
/** Mean width of a character at font size 11, pixels, on the generous side. */
const CHARACTER = 6.6;
const LONGEST_LABEL = 20;
const WORST = [205, 214, 226];
const BETTER = [24, 70, 132];
const BEST_COLOR = '#e08214';
const FAILED_COLOR = '#c0392b';
/** How far below its axis a line without a result ends. */
const FAILED_BELOW = 26;
/** Widest that lines through one whole number or choice are spread, pixels. */
const SPREAD = 16;

/** An SVG file. Lines through one choice, or one whole number, are spread a little, so that they can be told apart. */
export function drawParallel({ title, caption, axes, result, lines }: ParallelPicture): string {
  const results = lines.flatMap((line) => line.result ?? []);
  const [low, high] = results.length > 0 ? [Math.min(...results), Math.max(...results)] : [0, 1];
  const last: ParallelAxis = { label: result, scale: { ...widened(low, high), log: false, whole: false } };
  const all = [...axes, last];
  const xOf = (axis: number): number => SIDE + GAP * axis;
  const width = Math.max(
    xOf(axes.length) + SIDE,
    24 + CHARACTER * 1.15 * Math.max(title.length * 1.27, caption.length),
  );
  const paths = lines.map((line, rank) => {
    const places = axes.map((axis, i) => ({ x: xOf(i), y: placeOf(axis, line.values[i]) + spreadOf(axis, rank) }));
    const end = line.result === undefined ? TOP + HEIGHT + FAILED_BELOW : placeOf(last, line.result);
    return linePath([...places, { x: xOf(axes.length), y: end }], lookOf(line, rank, results.length), line.label);
  });
  const hasFailed = results.length < lines.length;
  return renderSvg({ width, height: TOP + HEIGHT + BOTTOM, title }, [
    svgElement('text', { x: 12, y: 22, 'font-size': 14, 'font-weight': 'bold', fill: '#222222' }, title),
    svgElement('text', { x: 12, y: 40, fill: '#555555' }, caption),
    ...legend(lines),
    ...all.map((_, i) => svgElement('line', { ...vertical(xOf(i)), stroke: '#8a8a8a', 'stroke-width': 1.2 })),
    // the best last, on top
    svgElement('g', { fill: 'none', 'stroke-linecap': 'round' }, ...paths.reverse()),
    ...all.flatMap((axis, i) => axisText(axis, xOf(i), i === axes.length)),
    ...(hasFailed
      ? [
          svgElement(
            'text',
            { x: xOf(axes.length) + 8, y: TOP + HEIGHT + FAILED_BELOW + 4, fill: FAILED_COLOR },
            'failed',
          ),
        ]
      : []),
  ]);
}

const vertical = (x: number) => ({ x1: x, y1: TOP, x2: x, y2: TOP + HEIGHT });

/** A lone result has an axis too. */
function widened(low: number, high: number): { low: number; high: number } {
  return low < high ? { low, high } : { low: low - 0.01, high: high + 0.01 };
}

/** From the top of the picture. */
function placeOf({ scale }: ParallelAxis, value: string | number | boolean): number {
  if ('choices' in scale) return TOP + HEIGHT * (1 - (scale.choices.indexOf(value) + 0.5) / scale.choices.length);
  const on = (number: number): number => (scale.log ? Math.log(number) : number);
  const half = scale.whole ? 0.5 : 0;
  const [low, high] = [on(scale.low - half), on(scale.high + half)];
  return TOP + HEIGHT * (1 - (on(value as number) - low) / (high - low));
}

function spreadOf({ scale }: ParallelAxis, rank: number): number {
  const steps = 'choices' in scale ? scale.choices.length : scale.whole ? scale.high - scale.low + 1 : Infinity;
  // the golden ratio's multiples fill a stretch evenly, however many there are
  return Math.min(SPREAD, (0.4 * HEIGHT) / steps) * (((rank * 0.618034) % 1) - 0.5);
}

type Look = Readonly<Record<string, string | number>>;

function lookOf({ result, partial }: ParallelLine, rank: number, numResults: number): Look {
  const dashes: Look = partial ? { 'stroke-dasharray': '5 4' } : {};
  if (result === undefined) return { stroke: FAILED_COLOR, 'stroke-width': 1, opacity: 0.55 };
  if (rank === 0) return { stroke: BEST_COLOR, 'stroke-width': 2.8, ...dashes };
  const share = numResults > 1 ? 1 - rank / (numResults - 1) : 1;
  return { stroke: shade(share), 'stroke-width': 0.9 + 0.8 * share, ...dashes };
}

function shade(share: number): string {
  return `rgb(${WORST.map((from, i) => Math.round(from + (BETTER[i] - from) * share)).join(',')})`;
}

/** Through the points, level at each. */
function linePath(
  points: readonly { readonly x: number; readonly y: number }[],
  look: Look,
  label: string,
): SvgElement {
  const text = (value: number): string => value.toFixed(1);
  const [first, ...rest] = points;
  const curves = rest.map(({ x, y }, i) => {
    const before = points[i];
    const bend = (x - before.x) * 0.45;
    return `C${text(before.x + bend)} ${text(before.y)} ${text(x - bend)} ${text(y)} ${text(x)} ${text(y)}`;
  });
  const d = `M${text(first.x)} ${text(first.y)}${curves.join('')}`;
  return svgElement('path', { d, ...look }, svgElement('title', {}, label));
}

const HALO = { stroke: '#ffffff', 'stroke-width': 3.5, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };

/** Name above, ticks beside: of the result at its right, where no lines are. */
function axisText(axis: ParallelAxis, x: number, isResult: boolean): SvgElement[] {
  const parts = axis.label.split('.');
  const isKey = !isResult && parts.length > 1;
  const name = truncate(isKey ? parts[parts.length - 1] : axis.label, LONGEST_LABEL);
  const section = isKey ? truncate(parts.slice(0, -1).join('.'), LONGEST_LABEL) : '';
  const head = { x, 'text-anchor': 'middle' };
  const ticks = ticksOf(axis).map(({ y, text }) => [
    svgElement('line', { x1: x - 3, y1: y, x2: x + 3, y2: y, stroke: '#8a8a8a' }),
    svgElement(
      'text',
      { x: isResult ? x + 8 : x - 7, y: y + 4, 'text-anchor': isResult ? 'start' : 'end', fill: '#333333', ...HALO },
      text,
    ),
  ]);
  return [
    svgElement('text', { ...head, y: TOP - 28, fill: '#777777', 'font-size': 10 }, section),
    svgElement('text', { ...head, y: TOP - 13, fill: '#222222', 'font-weight': 'bold' }, name),
    ...ticks.flat(),
  ];
}

function ticksOf(axis: ParallelAxis): { readonly y: number; readonly text: string }[] {
  const { scale } = axis;
  if ('choices' in scale) {
    return scale.choices.map((choice) => ({ y: placeOf(axis, choice), text: truncate(String(choice), LONGEST_LABEL) }));
  }
  const ticks = axisTicks(scale.low, scale.high, scale.log).filter((tick) => !scale.whole || Number.isInteger(tick));
  return ticks.map((tick) => ({ y: placeOf(axis, tick), text: tickText(tick) }));
}

/** Only what there is. */
function legend(lines: readonly ParallelLine[]): SvgElement[] {
  const results = lines.filter(({ result }) => result !== undefined).length;
  const entries: [boolean, string, Look][] = [
    [results > 0, 'best', { stroke: BEST_COLOR, 'stroke-width': 2.8 }],
    [results > 1, 'good', { stroke: shade(1), 'stroke-width': 1.7 }],
    [results > 2, 'poor', { stroke: shade(0), 'stroke-width': 1.4 }],
    [lines.some(({ partial }) => partial), 'stopped early', { stroke: shade(0.6), 'stroke-dasharray': '5 4' }],
    [results < lines.length, 'failed', { stroke: FAILED_COLOR, opacity: 0.55 }],
  ];
  let x = 12;
  return entries
    .filter(([isThere]) => isThere)
    .flatMap(([, text, look]) => {
      const at = x;
      x += 44 + CHARACTER * text.length;
      return [
        svgElement('line', { x1: at, y1: 56, x2: at + 24, y2: 56, ...look }),
        svgElement('text', { x: at + 30, y: 60, fill: '#555555' }, text),
      ];
    });
}
