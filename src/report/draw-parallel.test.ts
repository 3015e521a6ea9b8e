/** Where lines pass their axes, by the numbers; what is told and what is left out. */
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../tests/parse-xml.js';
import { axisTicks, tickText } from './axis-ticks.js';
import { drawParallel, type ParallelLine } from './draw-parallel.js';
import { escapeXml } from './svg.js';

const line = (label: string, values: ParallelLine['values'], result?: number, partial = false): ParallelLine => ({
  label,
  values,
  ...(result !== undefined && { result }),
  partial,
});
const PICTURE: Parameters<typeof drawParallel>[0] = {
  title: 'joint on <shop> & "co"',
  caption: '4 trials',
  axes: [
    { label: 'training.learningRate', scale: { low: 1e-4, high: 1e-2, log: true, whole: false } },
    { label: 'share', scale: { low: -1, high: 3, log: false, whole: false } },
    { label: 'encoder.numLayers', scale: { low: 1, high: 4, log: false, whole: true } },
    { label: 'losses.main.name', scale: { choices: ['bpr', 'bsl', true] } },
  ],
  result: 'ndcg@20',
  lines: [
    line('a', [1e-2, 3, 4, true], 0.3),
    line('b', [1e-3, 1, 2, 'bsl'], 0.2, true),
    line('c', [1e-4, -1, 1, 'bpr'], 0.1),
    line('d', [1e-3, 1, 1, 'bpr']),
  ],
};

/** Points that a line goes through, an axis each, by the label that it is told with. */
function pointsOf(svg: string): Record<string, { x: number; y: number }[]> {
  const elements = parseXml(svg);
  const paths = elements.flatMap((element, i) => (element.tag === 'path' ? [[element, elements[i + 1]] as const] : []));
  return Object.fromEntries(
    paths.map(([{ attributes }, { text }]) => {
      const corners = attributes.d.split(/[MC]/).slice(1);
      return [
        text,
        corners.map((corner) => {
          const [x, y] = corner.trim().split(' ').slice(-2).map(Number);
          return { x, y };
        }),
      ];
    }),
  );
}

describe('parallel coordinates', () => {
  const svg = drawParallel(PICTURE);
  const elements = parseXml(svg);
  const points = pointsOf(svg);
  const axes = elements.filter(({ tag, attributes }) => tag === 'line' && attributes.x1 === attributes.x2);
  const [top, bottom] = [Number(axes[0].attributes.y1), Number(axes[0].attributes.y2)];

  it('pass every axis where the value is, and end at the result', () => {
    expect(axes).toHaveLength(5);
    for (const corners of Object.values(points)) {
      expect(corners.map(({ x }) => x)).toEqual(axes.map(({ attributes }) => Number(attributes.x1)));
    }
    const share = (name: string, axis: number): number => (bottom - points[name][axis].y) / (bottom - top);
    expect([share('a', 0), share('b', 0), share('c', 0)]).toEqual([1, 0.5, 0]);
    expect([share('a', 1), share('b', 1), share('c', 1)]).toEqual([1, 0.5, 0]);
    expect([share('a', 4), share('b', 4), share('c', 4)]).toEqual([1, 0.5, 0]);
    // in the middle of their stretch, but for what they are spread by
    for (const [name, whole, choice] of [
      ['a', 4, 3],
      ['b', 2, 2],
      ['c', 1, 1],
    ] as const) {
      expect(share(name, 2)).toBeCloseTo((whole - 0.5) / 4, 1);
      expect(share(name, 3)).toBeCloseTo((choice - 0.5) / 3, 1);
    }
    expect(points.d[4].y).toBeGreaterThan(bottom);
  });

  it('keep lines apart that share a choice', () => {
    expect(Math.abs(points.c[3].y - points.d[3].y)).toBeGreaterThan(2);
  });

  it('are drawn the best last, in a colour of its own', () => {
    const paths = elements.filter(({ tag }) => tag === 'path');
    expect(paths.map(({ attributes }) => attributes.stroke).indexOf('#e08214')).toBe(paths.length - 1);
    expect(paths.filter(({ attributes }) => attributes['stroke-dasharray'])).toHaveLength(1);
  });

  it('are told by names, ticks and what of them there is', () => {
    const texts = elements.filter(({ tag }) => tag === 'text').map(({ text }) => text);
    const told = [
      escapeXml(PICTURE.title),
      '4 trials',
      'learningRate',
      'training',
      'share',
      'bsl',
      'true',
      'ndcg@20',
      '0.001',
    ];
    for (const text of told) expect(texts).toContain(text);
    for (const text of ['best', 'good', 'poor', 'stopped early', 'failed']) expect(texts).toContain(text);
    // no half layers
    expect(texts).not.toContain('1.5');
    const all = { ...PICTURE, lines: PICTURE.lines.slice(0, 1) };
    const few = parseXml(drawParallel(all)).filter(({ tag }) => tag === 'text');
    for (const text of ['good', 'poor', 'stopped early', 'failed'])
      expect(few.map((each) => each.text)).not.toContain(text);
  });

  it('have a frame around all of it, and a picture also of nothing', () => {
    const { width, height } = elements[0].attributes;
    for (const { x, y } of Object.values(points).flat()) {
      expect(x > 0 && x < Number(width) && y > 0 && y < Number(height)).toBe(true);
    }
    expect(parseXml(drawParallel({ ...PICTURE, lines: [] })).filter(({ tag }) => tag === 'path')).toEqual([]);
  });
});

describe('ticks', () => {
  it('are round numbers within the ends', () => {
    expect(axisTicks(0, 1, false)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(axisTicks(-3, 11, false)).toEqual([0, 5, 10]);
    expect(axisTicks(0.1101, 0.1612, false)).toEqual([0.12, 0.13, 0.14, 0.15, 0.16]);
    expect(axisTicks(0.05, 1, true)).toEqual([0.05, 0.1, 0.2, 0.5, 1]);
    expect(axisTicks(1e-8, 1e-4, true)).toEqual([1e-8, 1e-7, 1e-6, 1e-5, 1e-4]);
    expect(axisTicks(3, 4, true)).toEqual([3, 3.2, 3.4, 3.6, 3.8, 4]);
    expect(axisTicks(2, 2, false)).toEqual([2]);
  });
  it('are short', () => {
    expect([0, 0.1, 0.005, 5e-4, 1e-8, 2000, 150_000].map(tickText)).toEqual([
      '0',
      '0.1',
      '0.005',
      '5e-4',
      '1e-8',
      '2000',
      '1.5e+5',
    ]);
  });
});
