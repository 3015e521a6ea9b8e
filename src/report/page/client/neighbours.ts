/** Of the page's script: walking from an item to the items nearest to it. */
/// <reference lib="dom" />

interface NeighbourParts {
  readonly k: number;
  /** -1 where there is none, `[numItems, k]`. */
  readonly neighbours: Int32Array;
  /** Cosine × 10,000, `[numItems, k]`. */
  readonly cosines: Int16Array;
  /** `[numItems]`. */
  readonly labels: readonly string[];
  /** `[numItems]`. */
  readonly popularity: Int32Array;
}

/** Listens to the event `item` of the document, and sends `marked` with the item and its neighbours. */
export function startNeighbours({ k, neighbours, cosines, labels, popularity }: NeighbourParts): void {
  const title = document.getElementById('near-title') as HTMLElement;
  const list = document.getElementById('near-list') as HTMLElement;
  const back = document.getElementById('near-back') as HTMLButtonElement;
  const way: number[] = [];

  const row = (item: number, cosine: number): HTMLElement => {
    const line = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    const label = document.createElement('span');
    label.textContent = labels[item];
    const value = document.createElement('span');
    value.className = 'value';
    value.textContent = (cosine / 10_000).toFixed(3);
    button.append(label, value);
    button.addEventListener('click', () => {
      document.dispatchEvent(new CustomEvent('item', { detail: item }));
      list.querySelector('button')?.focus();
    });
    line.append(button);
    return line;
  };
  const show = (item: number): void => {
    const own = Array.from({ length: k }, (_, i) => item * k + i).filter((at) => neighbours[at] >= 0);
    title.textContent = `${labels[item]} · ${popularity[item].toLocaleString('en-US')} interactions`;
    list.replaceChildren(...own.map((at) => row(neighbours[at], cosines[at])));
    if (own.length === 0) {
      const none = document.createElement('li');
      none.textContent = 'no vector: nobody took this item in training';
      list.append(none);
    }
    back.disabled = way.length < 2;
    document.dispatchEvent(new CustomEvent('marked', { detail: [item, ...own.map((at) => neighbours[at])] }));
  };
  document.addEventListener('item', (event) => {
    const item = (event as CustomEvent<number>).detail;
    if (way.at(-1) !== item) way.push(item);
    show(item);
  });
  back.addEventListener('click', () => {
    way.pop();
    const item = way.at(-1);
    if (item !== undefined) show(item);
  });
}
