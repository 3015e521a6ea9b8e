/**
 * The whole page: one file that asks nothing of a network. Its only script is the one whose sha256 its content security policy
 * names, so that a title could not run as one even if it were not escaped.
 */
import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { STYLE } from './style.js';

export interface Section {
  /** Of the element, for links: letters and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What the section answers, one sentence. */
  readonly question: string;
  readonly body: Html;
}

interface PageParts {
  readonly title: string;
  readonly sections: readonly Section[];
  /** Elements with data for the script. */
  readonly data: readonly Html[];
  /** JavaScript. */
  readonly script: string;
}

export function renderDocument({ title, sections, data, script }: PageParts): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`);
  const bodies = sections.map(
    ({ id, title, question, body }) => html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="question">${question}</p>
${body}
</section>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${sections[0].id}">Skip to the figures</a>
<header>
<h1>${title}</h1>
<button type="button" id="theme" aria-pressed="false" title="Light or dark">Dark</button>
</header>
<nav aria-label="Sections"><ul>
${links}</ul></nav>
<main>${bodies}
</main>
${data}<script>${new Html(script)}</script>
</body>
</html>
`.text;
}
