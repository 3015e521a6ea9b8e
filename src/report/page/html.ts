/**
 * HTML that can't be broken by what it holds: every string that is put into the template `html` is escaped, and only what the
 * template itself made goes in as it is. Ids and titles come from outside, so that escaping is what happens by default.
 */
import { escapeXml } from '../svg.js';

/** A piece of a page. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** A piece of a page; strings and numbers are escaped, lists are joined, `undefined` and `false` are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.reduce((text, string, i) => text + textOf(parts[i - 1]) + string));
}

function textOf(part: HtmlPart): string {
  if (part instanceof Html) return part.text;
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeXml(String(part));
  return part.map(textOf).join('');
}

/**
 * A value for the page's script, as JSON in a script element that is never run. No text within can end the element: what
 * HTML looks for there begins with `<`, which is written as an escape of JSON.
 */
export function embeddedJson(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="${id}">${new Html(json)}</script>\n`;
}
