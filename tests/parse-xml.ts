/** A reader of XML for tests of pictures: what is not well-formed is an error. */

interface XmlElement {
  readonly tag: string;
  readonly attributes: Record<string, string>;
  text: string;
}

/** Reads the text as XML by hand: balanced tags, quoted attributes, known entities, allowed characters. */
export function parseXml(text: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  const token = /<\?xml[^>]*\?>\s*|<\/([a-z]+)>|<([a-z]+)((?: [a-z0-9-]+="[^"<>]*")*)(\/?)>|([^<>]+)/giy;
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new Error(`not XML at ${at}: ${text.slice(at, at + 60)}`);
    at = token.lastIndex;
    const [all, closed, opened, attributes, empty, chars] = match;
    const broken = /&(?!(amp|lt|gt|quot|#39);)/.exec(all);
    if (broken) throw new Error(`bare & at ${match.index}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not occur
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(all))
      throw new Error('bad character');
    if (closed && open.pop()?.tag !== closed) throw new Error(`</${closed}> closes nothing`);
    if (opened) {
      const pairs = [...attributes.matchAll(/ ([a-z0-9-]+)="([^"]*)"/gi)].map((pair) => [pair[1], pair[2]]);
      const element = { tag: opened, attributes: Object.fromEntries(pairs), text: '' };
      elements.push(element);
      if (!empty) open.push(element);
    }
    if (chars && open.length > 0) open[open.length - 1].text += chars;
  }
  if (open.length > 0) throw new Error(`<${open[0].tag}> is never closed`);
  return elements;
}
