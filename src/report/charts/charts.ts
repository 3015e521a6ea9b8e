/** The kinds of charts of a page, as options of ECharts: lines, bars, intervals, a path in a plane. Values in, an option out. */
import type { EChartsOption } from 'echarts';
import { type Axis, frame } from './axes.js';
import { GROUND, INK, MUTED, SERIES } from './paper.js';

interface Line {
  readonly name: string;
  /** (x, y); a y that is no finite number leaves a gap. */
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Stairs instead of slopes, for histograms: a value holds up to the next x. */
  readonly stairs?: boolean;
  /** x of a dashed line, and what it says. */
  readonly mark?: { readonly x: number; readonly label: string };
}

/** Colours come again after eight, then dashed. */
const look = (i: number): { color: string; dash: 'solid' | 'dashed' | 'dotted' } => ({
  color: SERIES[i % SERIES.length],
  dash: (['solid', 'dashed', 'dotted'] as const)[Math.floor(i / SERIES.length) % 3],
});

export function lineChart({ x, y, lines, stairs, mark }: LineChart): EChartsOption {
  const option = frame(
    x,
    y,
    lines.map(({ name }) => name),
  );
  const series = lines.map(({ name, points }, i) => ({
    type: 'line' as const,
    name,
    data: points.map(([a, b]) => [a, Number.isFinite(b) ? b : null] as [number, number | null]),
    step: stairs ? ('end' as const) : (false as const),
    showSymbol: points.length === 1,
    symbol: 'circle',
    symbolSize: 6,
    lineStyle: { width: 2, color: look(i).color, type: look(i).dash },
    itemStyle: { color: look(i).color },
    silent: true,
    ...(mark && i === 0 && { markLine: markLine(mark) }),
  }));
  return { ...option, series };
}

function markLine({ x, label }: { readonly x: number; readonly label: string }) {
  return {
    symbol: 'none' as const,
    silent: true,
    lineStyle: { color: MUTED, type: 'dashed' as const, width: 1 },
    label: {
      formatter: label,
      color: MUTED,
      fontSize: 11,
      fontFamily: 'inherit',
      rotate: 0,
      distance: 3,
      position: 'end' as const,
      // the last epoch stands at the edge of the picture
      align: 'right' as const,
    },
    data: [{ xAxis: x }],
  };
}

export interface BarChart {
  readonly categories: readonly string[];
  readonly x: Omit<Axis, 'categories'>;
  readonly y: Omit<Axis, 'categories'>;
  readonly bars: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly stacked?: boolean;
}

export function barChart({ categories, x, y, bars, stacked }: BarChart): EChartsOption {
  const option = frame(
    { ...x, categories },
    { min: 0, ...y },
    bars.map(({ name }) => name),
  );
  const series = bars.map(({ name, values }, i) => ({
    type: 'bar' as const,
    name,
    data: values.map((value) => (Number.isFinite(value) ? value : null)),
    itemStyle: { color: look(i).color },
    barGap: '10%',
    barCategoryGap: '25%',
    silent: true,
    ...(stacked && { stack: 'all' }),
  }));
  return { ...option, series };
}

export interface IntervalChart {
  readonly x: Axis;
  readonly rows: readonly {
    readonly name: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** A dot and its interval a row, the first on top, and a line at 0. */
export function intervalChart({ x, rows }: IntervalChart): EChartsOption {
  const names = rows.map(({ name }) => name);
  const option = frame(x, { name: '', categories: names }, []);
  return {
    ...option,
    yAxis: { ...(option.yAxis as object), inverse: true } as EChartsOption['yAxis'],
    series: [
      ...rows.map(({ low, high }, i) => ({
        type: 'line' as const,
        data: [
          [low, i],
          [high, i],
        ],
        showSymbol: false,
        lineStyle: { width: 2.5, color: SERIES[0] },
        silent: true,
      })),
      {
        type: 'scatter' as const,
        data: rows.map(({ value }, i) => [value, i]),
        symbolSize: 9,
        itemStyle: { color: SERIES[0], borderColor: GROUND, borderWidth: 1.5 },
        silent: true,
        markLine: { ...markLine({ x: 0, label: '' }), lineStyle: { color: INK, width: 1, type: 'solid' as const } },
      },
    ],
  };
}

export interface PathChart {
  readonly x: Axis;
  readonly y: Axis;
  readonly paths: readonly {
    readonly name: string;
    /** (x, y) in order. */
    readonly points: readonly (readonly [number, number])[];
    /** Which of the points was selected. */
    readonly selected?: number;
  }[];
}

/** Ways through a plane, the first point hollow, the selected one a diamond. */
export function pathChart({ x, y, paths }: PathChart): EChartsOption {
  const option = frame(
    x,
    y,
    paths.map(({ name }) => name),
  );
  const series = paths.map(({ name, points, selected }, i) => ({
    type: 'line' as const,
    name,
    lineStyle: { width: 1.5, color: look(i).color },
    itemStyle: { color: look(i).color },
    showSymbol: true,
    silent: true,
    data: points.map((value, at) => ({
      value: [...value],
      symbol: at === selected ? 'diamond' : 'circle',
      ...(at === 0 && { itemStyle: { color: GROUND, borderColor: look(i).color, borderWidth: 2 } }),
      symbolSize: at === selected ? 14 : at === 0 ? 9 : 4,
    })),
  }));
  return { ...option, series };
}
