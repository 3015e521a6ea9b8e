/** The page of `report` in a real browser: it works, on a phone too, and titles from outside do nothing but be shown. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from './chromium.js';
import { buildOnce, runCli, runJson } from './run-cli.js';

const TINY = ['encoder.embeddingDim=8', 'training.epochs=3', 'training.batchSize=256'].flatMap((key) => ['--set', key]);
const HOSTILE = '</script><script>window.hit=1</script><img src=x onerror=window.hit=2>';
let folder = '';

beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-report-'));
  await json([
    'sample',
    '--out',
    'world',
    '--users',
    '90',
    '--items',
    '70',
    '--mean-interactions',
    '14',
    '--seed',
    '3',
  ]);
  // every title is hostile, and unlike the others
  const items = join(folder, 'world', 'items.csv');
  const [head, ...rows] = readFileSync(items, 'utf8').trim().split('\n');
  const column = head.split(',').indexOf('title');
  const genre = head.split(',').indexOf('genre');
  const hostile = rows.map((row) => {
    const cells = row.split(',');
    cells[column] = `${cells[0]} ${HOSTILE}`;
    cells[genre] = `<script>window.hit=3</script>${cells[genre]}`;
    return cells.join(',');
  });
  writeFileSync(items, [head, ...hostile, ''].join('\n'));
  const { folder: graph } = await json(['build', 'world']);
  const prototypes = ['--set', 'losses.prototypes.numItemPrototypes=4'];
  await json(['train', graph, '--preset', 'joint', '--run', 'checkpoints/a', ...TINY, ...prototypes]);
  await json(['train', graph, '--preset', 'popularity', '--run', 'checkpoints/b']);
  await json(['report', 'a', 'b', '--out', 'page.html', '--user', 'u01', '--user', 'u02']);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);

describe('twinlight report', { timeout: 180_000 }, () => {
  it('is the same every time, in one file without an address', async () => {
    await json(['report', 'a', 'b', '--out', 'again.html', '--user', 'u01', '--user', 'u02']);
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(page);
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).not.toContain('<img');
  });

  it('tells of a run alone, of one without vectors, and of lists of another length', async () => {
    const { file } = await json(['report', 'b', '--k', '5', '--out', 'pages/b.html']);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('recall@5');
    for (const id of ['items', 'prototypes', 'training', 'comparison'])
      expect(page).not.toContain(`<section id="${id}"`);
    for (const id of ['overview', 'cohorts', 'exposure', 'users', 'data', 'reproduce']) {
      expect(page).toContain(`<section id="${id}"`);
    }
  });

  it('refuses users that are not there and runs of several graphs', async () => {
    const { error } = await json(['report', 'a', '--user', 'u0x'], 2);
    expect(error).toMatchObject({ code: 'UNKNOWN_ID', message: expect.stringContaining('u0x') });
    await json([
      'sample',
      '--out',
      'other',
      '--users',
      '40',
      '--items',
      '40',
      '--mean-interactions',
      '8',
      '--seed',
      '4',
    ]);
    const { folder: graph } = await json(['build', 'other']);
    await json(['train', graph, '--preset', 'popularity', '--run', 'checkpoints/c']);
    expect((await json(['report', 'a', 'c'], 2)).error.code).toBe('REPORT_GRAPHS');
    expect((await runCli(['report'], { cwd: folder })).code).toBe(2);
  });
});

const executable = chromiumPath();
if (executable === undefined)
  process.stderr.write('tests/report-page: no Chromium on the PATH; the browser tests are skipped\n');

describe.skipIf(executable === undefined)('in Chromium', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(executable!);
  }, 180_000);
  afterAll(() => browser?.close());

  /** A page without an error on its console, and nothing asked of a network. */
  async function opened(width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, hasTouch: width < 500 });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, 'page.html')).href);
    return { page, problems };
  }

  it('titles are shown as they are and do nothing', async () => {
    const { page, problems } = await opened(1200, 'light');
    expect(await page.evaluate('window.hit')).toBeUndefined();
    // the map begins when it comes into sight
    await page.locator('#map').scrollIntoViewIfNeeded();
    await page.locator('#map-legend .dot').first().waitFor();
    await page.selectOption('#map-color', { label: 'genre' });
    expect(await page.locator('#map-legend').innerText()).toContain('<script>window.hit=3</script>');
    await page.fill('#find', 'onerror');
    const first = page.locator('#find-results button').first();
    expect(await first.innerText()).toContain(HOSTILE);
    await first.click();
    expect(await page.locator('#near-title').innerText()).toContain(HOSTILE);
    expect(await page.locator('#near-list button').first().innerText()).toContain(HOSTILE);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('neighbours are walked by keyboard alone, and back', async () => {
    const { page, problems } = await opened(1200, 'light');
    await page.focus('#find');
    await page.keyboard.type('i0');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const title = page.locator('#near-title');
    const from = await title.innerText();
    const values = (await page.locator('#near-list .value').allInnerTexts()).map(Number);
    expect(values).toHaveLength(10);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    await page.locator('#near-list button').nth(1).focus();
    await page.keyboard.press('Enter');
    expect(await title.innerText()).not.toBe(from);
    expect(await page.evaluate("document.activeElement === document.querySelector('#near-list button')")).toBe(true);
    await page.click('#near-back');
    expect(await title.innerText()).toBe(from);
    expect(problems).toEqual([]);
  });

  it('the map is drawn, tells what is under the pointer, zooms and moves by keys', async () => {
    const { page, problems } = await opened(1200, 'light');
    const map = page.locator('#map');
    await map.scrollIntoViewIfNeeded();
    const pixels = (): Promise<string> => page.evaluate("document.getElementById('map').toDataURL()");
    const settled = () =>
      page.evaluate('new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))');
    await settled();
    const before = await pixels();
    await map.focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowLeft');
    await settled();
    expect(await pixels()).not.toBe(before);
    expect(await page.locator('#map-tip').innerText()).toContain('interactions');
    await page.keyboard.press('Enter');
    expect(await page.locator('#near-list button').count()).toBe(10);
    // the map has gone to what was picked
    await settled();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const [label] = (await page.locator('#near-title').innerText()).split(' · ');
    expect(await page.locator('#map-tip').innerText()).toContain(label);
    await page.click('#map-all');
    await settled();
    await page.selectOption('#map-color', { index: 1 });
    await settled();
    expect(await page.locator('#map-legend .dot').count()).toBeGreaterThan(1);
    expect(await pixels()).not.toBe(before);
    expect(problems).toEqual([]);
  });

  it('the switch turns light into dark and back, from what the system asks for', async () => {
    const { page, problems } = await opened(1200, 'dark');
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    await page.click('#theme');
    const light = await ground();
    expect([dark, light]).toEqual(['rgb(20, 23, 27)', 'rgb(255, 255, 255)']);
    const color = "getComputedStyle(document.querySelector('#training svg text')).fill";
    const inLight = await page.evaluate(color);
    await page.keyboard.press('Enter');
    expect(await ground()).toBe(dark);
    expect(await page.evaluate(color)).not.toBe(inLight);
    expect(problems).toEqual([]);
  });

  it('the trace says at which stage an item was lost', async () => {
    const { page, problems } = await opened(1200, 'light');
    const had = (await page.locator('#users .members').first().locator('li').first().innerText()).split(' ')[0];
    await page.fill('#trace-item', had);
    await page.keyboard.press('Enter');
    const answer = page.locator('#trace-answer');
    expect(await answer.innerText()).toMatch(/for u01: filtered: the user has it already/);
    await page.selectOption('#trace-user', { index: 1 });
    expect(await answer.innerText()).toContain('for u02');
    const gets = (await page.locator('#users .members').nth(3).locator('li').first().innerText()).split(' ')[0];
    await page.fill('#trace-item', gets);
    await page.keyboard.press('Enter');
    expect(await answer.innerText()).toMatch(/recommended: rank 1 of \d+/);
    expect(problems).toEqual([]);
  });

  it('a phone need not scroll sideways, and the map can be touched', async () => {
    const { page, problems } = await opened(360, 'light');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    // with all that can be opened open
    await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const map = page.locator('#map');
    await map.scrollIntoViewIfNeeded();
    await map.tap();
    expect(problems).toEqual([]);
  });

  it('text stands out from its ground by 4.5 to 1, lines of charts by 3 to 1', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await opened(1200, scheme);
      const names = [
        '--ink',
        '--muted',
        '--accent',
        '--good',
        '--bad',
        '--c0',
        '--c1',
        '--c2',
        '--c3',
        '--c4',
        '--c5',
        '--c6',
        '--c7',
      ];
      const colorOf = (name: string): Promise<string> =>
        page.evaluate((of) => getComputedStyle(document.documentElement).getPropertyValue(of).trim(), name);
      for (const ground of ['--ground', '--card']) {
        for (const name of names) {
          const least = name.startsWith('--c') ? 3 : 4.5;
          expect(
            contrast(await colorOf(name), await colorOf(ground)),
            `${name} on ${ground}, ${scheme}`,
          ).toBeGreaterThan(least);
        }
      }
    }
  });
});

/** Contrast ratio of two colours `#rrggbb` (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
