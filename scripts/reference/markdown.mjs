/** The small pieces of Markdown that the reference pages are made of. */

/** A cell of a table: one line, with its bars escaped. */
export const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

export const code = (text) => `\`${text}\``;

/** @param rows lists of cells, as many in each as there are titles */
export function table(titles, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** The anchor that a heading gets. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/**
 * @param template Markdown in which a line `{{what}}` stands for a part that is generated
 * @param parts functions by the first word of `what`; each gets the other words
 */
export function fill(template, parts) {
  return template.replace(/^\{\{(\S+) ?(.*)\}\}$/gm, (_, what, rest) => {
    if (!Object.hasOwn(parts, what)) throw new Error(`no part "${what}"; there are ${Object.keys(parts).join(', ')}`);
    return parts[what](...rest.split(' ').filter(Boolean));
  });
}
