/** Of the page's script: at which stage a user lost an item, for any of the items. */
/// <reference lib="dom" />

interface TraceParts {
  readonly k: number;
  readonly users: readonly {
    readonly label: string;
    /** Position from 1; 0: filtered, as the user has it; -1: not a candidate, `[numItems]`. */
    readonly positions: Int32Array;
    readonly wanted: readonly number[];
    /** Absent: no approximate index. */
    readonly missed?: readonly number[];
  }[];
  /** `[numItems]`. */
  readonly labels: readonly string[];
}

/** What is asked for is chosen by the select `trace-user` and by the event `traced` of the document, an item. */
export function startStageTrace({ k, users, labels }: TraceParts): void {
  const select = document.getElementById('trace-user') as HTMLSelectElement;
  const answer = document.getElementById('trace-answer') as HTMLElement;
  let asked: number | undefined;

  const show = (): void => {
    if (asked === undefined) return;
    const { label, positions, wanted, missed } = users[select.selectedIndex];
    const position = positions[asked];
    let numRanked = 0;
    for (const each of positions) if (each > 0) numRanked++;
    const of = `rank ${position.toLocaleString('en-US')} of ${numRanked.toLocaleString('en-US')}`;
    const isMissed = missed?.includes(asked) ?? false;
    let verdict = `below the cut: ${of}, lists end at ${k}`;
    if (position === 0) verdict = 'filtered: the user has it already';
    else if (position < 0) verdict = 'not a candidate: it has no vector, since nobody took it in training';
    else if (isMissed) verdict = `cut by the approximate index: ${of} exactly, but the index did not look at it`;
    else if (position <= k) verdict = `recommended: ${of}`;
    const heldOut = wanted.includes(asked) ? ' It is held out: the user took it later.' : '';
    answer.textContent = `${labels[asked]} for ${label}: ${verdict}.${heldOut}`;
  };
  select.addEventListener('change', show);
  document.addEventListener('traced', (event) => {
    asked = (event as CustomEvent<number>).detail;
    show();
  });
}
