/** What charts with two axes share: room for names and legend, quiet lines, short numbers. */
import type { EChartsOption } from 'echarts';
import { tickText } from '../axis-ticks.js';
import { INK, MUTED, RULE } from './paper.js';

export interface Axis {
  readonly name: string;
  readonly log?: boolean;
  /** Whole numbers only, e.g. epochs. */
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Names instead of numbers. */
  readonly categories?: readonly string[];
  /** What stands at a tick; default the number, shortly. */
  readonly tick?: (value: number) => string;
}

/** Mean width of a letter of that size in wide fonts, pixels; what text is measured by, since Node has no fonts. */
export const LETTER = 6.9;

const FONT = Object.freeze({ color: MUTED, fontSize: 11.5, fontFamily: 'inherit' });

/** The frame of a chart: axes, grid and a legend where there are several series. */
export function frame(x: Axis, y: Axis, legend: readonly string[]): EChartsOption {
  const rows = legend.length > 1 ? legendRows(legend) : 0;
  return {
    textStyle: { fontFamily: 'inherit', color: INK },
    // axis names and labels stay within
    grid: { left: 4, right: 14, top: 18 + 19 * rows, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'all' },
    ...(rows > 0 && {
      legend: {
        data: [...legend],
        top: 0,
        left: 4,
        icon: 'roundRect',
        borderColor: RULE,
        itemGap: 12,
        itemWidth: 16,
        itemHeight: 9,
        textStyle: { color: INK, fontSize: 11.5, fontFamily: 'inherit' },
      },
    }),
    xAxis: { ...axisOption(x), nameGap: 25 },
    yAxis: { ...axisOption(y), nameGap: 8 },
  } as EChartsOption;
}

/** How many lines a legend takes, by the mean width of its letters. */
function legendRows(names: readonly string[]): number {
  let rows = 1;
  let at = 0;
  for (const name of names) {
    const width = 16 + 5 + LETTER * name.length + 12;
    if (at > 0 && at + width > 385) {
      rows++;
      at = 0;
    }
    at += width;
  }
  return rows;
}

function axisOption({ name, log, whole, min, max, categories, tick }: Axis): object {
  const type = categories ? 'category' : log ? 'log' : 'value';
  return {
    type,
    name,
    nameLocation: 'middle',
    nameTextStyle: FONT,
    ...(categories && { data: [...categories] }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    scale: true,
    ...(whole && { minInterval: 1 }),
    axisLine: { show: true, lineStyle: { color: RULE } },
    axisTick: { show: false },
    splitLine: { show: !categories, lineStyle: { color: RULE } },
    axisLabel: {
      ...FONT,
      hideOverlap: true,
      ...(!categories && { formatter: (value: number) => (tick ?? tickText)(value) }),
    },
  };
}
