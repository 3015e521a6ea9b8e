/** Pages and their parts: nothing from outside becomes markup or script, and what charts show is also there as text. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadEcharts } from '../charts/load-echarts.js';
import { escapeXml } from '../svg.js';
import { barCard, cards, intervalCard, lineCard, pathCard } from './cards.js';
import { bytesOfBase64 } from './client/decode.js';
import { dataTable, percent, shown } from './data-table.js';
import { renderDocument } from './document.js';
import { themedEgo } from './ego-picture.js';
import { embeddedJson, type Html, html } from './html.js';
import { base64 } from './packed-arrays.js';
import { pageScript } from './page-script.js';
import { searchField } from './search-field.js';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>" onload="x" \'&amp;<!--';

describe('html', () => {
  it('escapes every string, and takes in what it made itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: page } = html`<p title="${text}">${[html`<b>${text}</b>`, text]}</p>`;
        expect(page).toBe(`<p title="${escapeXml(text)}"><b>${escapeXml(text)}</b>${escapeXml(text)}</p>`);
      }),
    );
    expect(html`${HOSTILE}`.text).not.toMatch(/[<>"']/);
    expect(html`<i>${undefined}${false}${0}</i>`.text).toBe('<i>0</i>');
  });

  it('holds JSON that can neither end its element nor change', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const { text: element } = embeddedJson('x', { value, text, HOSTILE });
        const json = element.slice(element.indexOf('>') + 1, element.lastIndexOf('</script>'));
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text, HOSTILE })));
      }),
    );
  });
});

describe('a document', () => {
  const section = { id: 'first', title: HOSTILE, question: HOSTILE, body: html`<p>${HOSTILE}</p>` };
  const script = pageScript();
  const page = renderDocument({ title: HOSTILE, sections: [section], data: [embeddedJson('d', HOSTILE)], script });

  it('allows its own script by its sum and nothing else', () => {
    const [, policy] = page.match(/Content-Security-Policy" content="([^"]*)"/)!;
    const [, sum] = policy.match(/script-src &#39;sha256-([^&]*)&#39;/)!;
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text);
    expect(scripts).toEqual([script]);
    expect(createHash('sha256').update(scripts[0]).digest('base64')).toBe(sum);
    expect(policy).toContain('default-src &#39;none&#39;');
  });

  it('asks nothing of a network and has no event attributes', () => {
    expect(page).not.toMatch(/<link|<iframe|@import|url\(|<img|https?:\/\//);
    // the one that is data is escaped
    expect(page.replaceAll(escapeXml(HOSTILE), '')).not.toMatch(/<[^>]* on\w+=/);
    expect(page).toContain('<a href="#first">');
  });

  it('has a script that names nothing outside of itself', () => {
    // compiles on its own; imports of a bundler would be names that no browser knows
    expect(() => new Function(script)).not.toThrow();
    expect(script).not.toMatch(/__vi_|import_|require\(/);
    expect(script).not.toContain('</script');
  });
});

describe('tables', () => {
  it('put numbers to the right and short', () => {
    const { text } = dataTable(
      ['a', 'b'],
      [
        ['<x>', 0.123456],
        ['y', undefined],
      ],
      'what <it> is',
    );
    expect(text).toContain('<td>&lt;x&gt;</td><td class="n">0.1235</td>');
    expect(text).toContain('<td>y</td><td class="n">–</td>');
    expect(text).toContain('what &lt;it&gt; is');
    expect(
      [1234567, 123.456, 27.5, 0.5, -0.00072, 0.000012, Number.NaN, undefined].map((value) => shown(value)),
    ).toEqual(['1,234,567', '123.5', '27.50', '0.5000', '-0.0007', '1.2e-5', '–', '–']);
    expect(percent(0.1234)).toBe('12.3 %');
  });
});

describe('packed arrays', () => {
  it('come back from base64', () => {
    const values = Int32Array.of(0, -1, 2 ** 31 - 1, 77);
    expect([...new Int32Array(bytesOfBase64(base64(values)))]).toEqual([...values]);
    const part = Uint16Array.of(1, 2, 3, 65535).subarray(1);
    expect([...new Uint16Array(bytesOfBase64(base64(part)))]).toEqual([2, 3, 65535]);
  });
});

describe('an ego picture on a page', () => {
  it('takes the page’s colours, and leaves titles alone', () => {
    const svg = '<?xml version="1.0"?>\n<svg><rect fill="#ffffff"/><text fill="#123456">fill="#ffffff"</text></svg>';
    expect(themedEgo(svg)).toBe('<svg><rect fill="var(--card)"/><text fill="#123456">fill="#ffffff"</text></svg>');
    const real = `<svg><title>${escapeXml('a fill="#ffffff" b')}</title></svg>`;
    expect(themedEgo(real)).toBe(real);
  });
});

describe('a search field', () => {
  it('names the parts that the script fills', () => {
    const { text } = searchField('find', 'Find <it>');
    for (const id of ['find', 'find-results', 'find-status']) expect(text).toContain(`id="${id}"`);
    expect(text).toContain('Find &lt;it&gt;');
  });
});

describe('charts', async () => {
  const draw = await loadEcharts();
  const line = {
    x: { name: 'epoch', whole: true },
    y: { name: 'loss' },
    lines: [
      {
        name: 'a <b>',
        points: [
          [1, 5],
          [2, Number.NaN],
          [3, 3],
        ] as const,
      },
      { name: 'second', points: [[1, 2]] as const },
    ],
    mark: { x: 2, label: 'selected: 2' },
  };
  const svgOf = (card: Html): string => card.text.slice(card.text.indexOf('<svg'), card.text.indexOf('</svg>') + 6);

  it('are SVG in the page’s variables, with axis names and a legend', () => {
    const card = lineCard(draw, { title: 'Loss <x>', note: 'falls' }, line);
    const svg = svgOf(card);
    const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    for (const text of ['epoch', 'loss', escapeXml('a <b>'), 'second', 'selected: 2']) expect(texts).toContain(text);
    // what is cut out has no colour
    const colors = [...svg.replace(/<defs[\s\S]*?<\/defs>/g, '').matchAll(/(?:fill|stroke)="(#[0-9a-f]{3,6})"/g)].map(
      ([, color]) => color,
    );
    expect(colors).toEqual([]);
    expect(svg).toContain('var(--c0)');
    expect(card.text).toContain(
      'Loss &lt;x&gt;. Lines over epoch: a &lt;b&gt; from 5 at 1 to 3 at 3; second from 2 at 1 to 2 at 1',
    );
    // the table has the gap and the missing value
    expect(card.text).toContain('<td class="n">2</td><td class="n">–</td><td class="n">–</td>');
  });

  it('are the same in every page, whatever the process drew before', async () => {
    const [first, second] = [await loadEcharts(), await loadEcharts()];
    const of = (each: typeof draw): string =>
      cards([lineCard(each, { title: 'x' }, line), lineCard(each, { title: 'y' }, line)]).text;
    expect(of(first)).toBe(of(second));
  });

  it('of bars, intervals and ways say their figures in words', () => {
    const bars = barCard(
      draw,
      { title: 'Bars' },
      {
        categories: ['head', 'tail'],
        x: { name: 'items' },
        y: { name: 'recall' },
        bars: [{ name: 'run', values: [0.5, Number.NaN] }],
      },
    );
    expect(bars.text).toContain('Bars. Bars. run: head 0.5000, tail –');
    const rows = [{ name: 'other', value: -0.25, low: -0.5, high: 0.125 }];
    const intervals = intervalCard(draw, { title: 'Difference' }, { x: { name: 'difference' }, rows });
    expect(intervals.text).toContain('other -0.2500 (-0.5000 to 0.1250)');
    const paths = [
      {
        name: 'run',
        points: [
          [1, -2],
          [0.5, -3],
        ] as const,
        selected: 1,
      },
    ];
    const way = pathCard(draw, { title: 'Plane' }, { x: { name: 'alignment' }, y: { name: 'uniformity' }, paths });
    expect(way.text).toContain('run from (1, -2) to (0.5000, -3)');
    for (const card of [bars, intervals, way]) expect(svgOf(card)).toContain('var(--c0)');
  });

  it('of a long curve have a table that ends where the curve does', () => {
    const points = Array.from({ length: 1000 }, (_, i) => [i + 1, i] as const);
    const card = lineCard(draw, { title: 'long' }, { ...line, lines: [{ name: 'a', points }], mark: undefined });
    const rows = card.text.match(/<tr><td/g)!;
    expect(rows.length).toBeLessThanOrEqual(62);
    expect(card.text).toContain('<td class="n">1,000</td><td class="n">999</td>');
  });
});
