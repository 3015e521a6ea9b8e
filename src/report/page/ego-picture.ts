/** An ego picture within a page: in the page's colours, without the ground of a file of its own. */

/** Colours of `draw-ego.ts` and the variables of the style sheet that stand in for them. */
const VARIABLES: Readonly<Record<string, string>> = {
  '#ffffff': 'var(--card)',
  '#222222': 'var(--ink)',
  '#555555': 'var(--muted)',
  '#8a8a8a': 'var(--muted)',
  '#c9c9c9': 'var(--rule)',
  '#3b73b9': 'var(--c0)',
  '#e08214': 'var(--c1)',
  '#2c9e4b': 'var(--c2)',
  '#1d6b33': 'var(--c2)',
};

/** Only attributes are changed: a title may well hold `#ffffff`. */
export function themedEgo(svg: string): string {
  return svg
    .replace(/^<\?xml[^>]*\?>\n/, '')
    .replace(/ (fill|stroke)="(#[0-9a-f]{6})"/g, (whole, name: string, color: string) =>
      color in VARIABLES ? ` ${name}="${VARIABLES[color]}"` : whole,
    );
}
