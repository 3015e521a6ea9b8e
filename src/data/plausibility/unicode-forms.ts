/**
 * Ids that Unicode calls the same text: "é" is one character or an "e" with an accent, by the program that wrote it. They
 * stay different ids, as the file has them; that there are such is told, as it explains users and items without a history.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const NOT_ASCII = /[^\u0000-\u007f]/;

/** A first id by the normal form (NFC) of those that have more than one form. */
export class UnicodeForms {
  private readonly firstByForm = new Map<string, string>();

  constructor(ids: Iterable<string> = []) {
    for (const id of ids) this.add(id);
  }

  /** The earlier id that is another spelling of this one, if any. */
  add(id: string): string | undefined {
    if (!NOT_ASCII.test(id)) return undefined;
    const form = id.normalize('NFC');
    const first = this.firstByForm.get(form);
    if (first === undefined) this.firstByForm.set(form, id);
    return first === id ? undefined : first;
  }

  /** The id that is another spelling of this one, if any. */
  otherSpelling(id: string): string | undefined {
    if (!NOT_ASCII.test(id)) return undefined;
    const first = this.firstByForm.get(id.normalize('NFC'));
    return first === id ? undefined : first;
  }
}

/** A sentence where ids of one side are equal after normalisation. */
export function unicodeNote(ids: readonly string[], what: 'user' | 'item'): string | undefined {
  const forms = new UnicodeForms();
  let count = 0;
  let example: readonly [string, string] | undefined;
  for (const id of ids) {
    const other = forms.add(id);
    if (other === undefined) continue;
    count++;
    example ??= [other, id];
  }
  if (!example) return undefined;
  const [first, second] = example.map(spelt);
  return (
    `${count} ${what} ids are equal to another after Unicode normalisation, but written otherwise (${first} and ${second}), ` +
    'and so are different ids; bring all files to one form (NFC) where they mean the same'
  );
}

/** The id with its characters beyond ASCII as code points, for the two look alike. */
function spelt(id: string): string {
  const points = Array.from(id, (letter) => {
    const point = letter.codePointAt(0)!;
    return point < 0x80 ? letter : `\\u{${point.toString(16)}}`;
  });
  return `"${points.slice(0, 40).join('')}"`;
}
