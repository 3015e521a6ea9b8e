/** Of the page's script: a field that finds items by a part of their title or id. */
/// <reference lib="dom" />

interface SearchedItems {
  /** `[numItems]`. */
  readonly labels: readonly string[];
  /** '' where the label is the id, `[numItems]`. */
  readonly ids: readonly string[];
  /** `[numItems]`. */
  readonly popularity: Int32Array;
}

/**
 * Up to twelve items a search, the most popular first; the arrow keys go through them.
 * @param name of the field's element; its list is `<name>-results`, its status `<name>-status`
 * @param choose what happens to the one that is picked
 */
export function startItemSearch(name: string, items: SearchedItems, choose: (item: number) => void): void {
  const MOST = 12;
  const input = document.getElementById(name) as HTMLInputElement;
  const list = document.getElementById(`${name}-results`) as HTMLElement;
  const status = document.getElementById(`${name}-status`) as HTMLElement;
  let texts: string[] | undefined;

  const found = (wanted: string): number[] => {
    texts ??= items.labels.map((label, item) => `${label}\n${items.ids[item]}`.toLowerCase());
    const all: number[] = [];
    for (let item = 0; item < texts.length; item++) if (texts[item].includes(wanted)) all.push(item);
    return all.sort((a, b) => items.popularity[b] - items.popularity[a] || a - b);
  };
  const row = (item: number): HTMLElement => {
    const line = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    const label = document.createElement('span');
    label.textContent = items.labels[item];
    const value = document.createElement('span');
    value.className = 'value';
    value.textContent = items.ids[item];
    button.append(label, value);
    button.addEventListener('click', () => {
      list.replaceChildren();
      status.textContent = '';
      choose(item);
    });
    line.append(button);
    return line;
  };
  const search = (): void => {
    const wanted = input.value.trim().toLowerCase();
    const all = wanted === '' ? [] : found(wanted);
    list.replaceChildren(...all.slice(0, MOST).map(row));
    const shown = Math.min(MOST, all.length).toLocaleString('en-US');
    status.textContent = wanted === '' ? '' : `${shown} of ${all.length.toLocaleString('en-US')} that match`;
  };
  input.addEventListener('input', search);
  input.addEventListener('keydown', (event) => {
    const first = list.querySelector('button');
    if (event.key === 'Enter') first?.click();
    else if (event.key === 'ArrowDown') first?.focus();
    else return;
    event.preventDefault();
  });
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const buttons = [...list.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    if (next < 0) input.focus();
    else buttons[Math.min(next, buttons.length - 1)]?.focus();
  });
}
