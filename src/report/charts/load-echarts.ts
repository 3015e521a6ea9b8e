/** Apache ECharts draws the charts of a page in Node, as SVG. It is an optional package: heavy, and needed for pages alone. */
import type { EChartsOption } from 'echarts';
import { ConfigError } from '../../core/errors.js';
import { LETTER } from './axes.js';
import { onPaper } from './paper.js';

/** Of every chart, pixels of its view box: text stays legible where a card is a phone's width. */
const CHART_SIZE = Object.freeze({ width: 400, height: 270 });

/** A chart's SVG element. @param height pixels; default that of `CHART_SIZE` */
export type DrawChart = (option: EChartsOption, height?: number) => string;

/**
 * @returns what draws charts; each call numbers its charts from 0, so that pages repeat
 * @throws ConfigError `ECHARTS_MISSING`
 */
export async function loadEcharts(): Promise<DrawChart> {
  const { init, setPlatformAPI } = await imported();
  setPlatformAPI({ measureText: (text) => ({ width: LETTER * text.length }) });
  let count = 0;
  return (option, height = CHART_SIZE.height) => {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width: CHART_SIZE.width, height });
    try {
      chart.setOption({ animation: false, ...option });
      return ownNames(onPaper(chart.renderToSVGString()), `k${count++}`);
    } finally {
      // its timers would keep Node alive
      chart.dispose();
    }
  };
}

async function imported(): Promise<typeof import('echarts')> {
  try {
    return await import('echarts');
  } catch (cause) {
    throw new ConfigError(
      'ECHARTS_MISSING',
      'a page needs ECharts, which draws its charts and is not installed; install it beside twinlight: npm install echarts@6',
      { cause },
    );
  }
}

/**
 * Ids of zrender count up over the whole process: they are made the chart's own, and the size the card's. What charts do under a
 * pointer goes, with its classes.
 */
function ownNames(svg: string, name: string): string {
  return svg
    .replace(/zr\d+-/g, `${name}-`)
    .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true" focusable="false"')
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/ ecmeta_[\w-]+="[^"]*"/g, '');
}
