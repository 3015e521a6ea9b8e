/**
 * A tiny SVG writer: elements as plain objects, escaped when they are rendered, so that no id or title can break a
 * file.
 */

export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** A string is text. */
  readonly children: readonly (SvgElement | string)[];
}

export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: (SvgElement | string)[]
): SvgElement {
  return { tag, attributes, children };
}

/** A whole SVG file of `width` × `height` pixels on a white ground. */
export function renderSvg(
  { width, height, title }: { readonly width: number; readonly height: number; readonly title: string },
  children: readonly SvgElement[],
): string {
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  const root = svgElement(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...size,
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'img',
      'font-family': 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif',
      'font-size': 11,
    },
    svgElement('title', {}, title),
    svgElement('rect', { ...size, fill: '#ffffff' }),
    ...children,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root)}`;
}

function render({ tag, attributes, children }: SvgElement): string {
  const written = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? rounded(value) : escapeXml(value)}"`)
    .join('');
  if (children.length === 0) return `<${tag}${written}/>\n`;
  const inner = children.map((child) => (typeof child === 'string' ? escapeXml(child) : render(child))).join('');
  return `<${tag}${written}>${inner}</${tag}>\n`;
}

/** Two decimals are finer than a pixel; `-0` and trailing zeros go. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** Escapes markup; characters that XML 1.0 does not allow become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what must go
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** One line of at most `maxLength` characters as a reader counts them, ending in an ellipsis where something is cut. */
export function truncate(text: string, maxLength: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(graphemes.segment(line), ({ segment }) => segment);
  if (characters.length <= maxLength) return line;
  return `${characters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
}
