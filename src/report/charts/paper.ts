/**
 * Colours of charts. A chart is drawn in colours that stand for the page's variables and that nothing else has; when it is
 * written, each becomes its variable, so that one picture serves the light and the dark page.
 */

export const INK = '#010101';
export const MUTED = '#020202';
export const RULE = '#030303';
export const GROUND = '#040404';
/** Of series: those of the style sheet, in its order. */
export const SERIES = Object.freeze(Array.from({ length: 8 }, (_, i) => `#0500${(16 + i).toString(16)}`));

const VARIABLES: ReadonlyMap<string, string> = new Map([
  [INK, 'var(--ink)'],
  [MUTED, 'var(--muted)'],
  [RULE, 'var(--rule)'],
  [GROUND, 'var(--card)'],
  ...SERIES.map((color, i) => [color, `var(--c${i})`] as const),
]);

/** The SVG with the page's variables in place of the colours that stand for them. */
export function onPaper(svg: string): string {
  return svg.replace(/#[0-9a-f]{6}\b/g, (color) => VARIABLES.get(color) ?? color);
}
