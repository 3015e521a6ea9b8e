/**
 * The page's script begins here. It reads the data elements that the page has and starts what they are for. Functions of the other
 * files come as an argument, because their source text is all that gets into the page: a name from outside would not be there.
 */
/// <reference lib="dom" />
import type { ItemsData, MapData, NeighbourData, TraceData } from './client-data.js';
import type { bytesOfBase64, pageData } from './decode.js';
import type { startItemMap } from './item-map.js';
import type { startItemSearch } from './item-search.js';
import type { startNeighbours } from './neighbours.js';
import type { startStageTrace } from './stage-trace.js';
import type { startTheme } from './theme.js';

export interface ScriptParts {
  readonly pageData: typeof pageData;
  readonly bytesOfBase64: typeof bytesOfBase64;
  readonly startTheme: typeof startTheme;
  readonly startItemSearch: typeof startItemSearch;
  readonly startItemMap: typeof startItemMap;
  readonly startNeighbours: typeof startNeighbours;
  readonly startStageTrace: typeof startStageTrace;
}

export function startPage(parts: ScriptParts): void {
  parts.startTheme();
  const data = parts.pageData<ItemsData>('items-data');
  if (data === undefined) return;
  const items = { ...data, popularity: new Int32Array(parts.bytesOfBase64(data.popularity)) };
  const send = (name: string) => (item: number) => {
    document.dispatchEvent(new CustomEvent(name, { detail: item }));
  };

  // what takes time is read when somebody gets there
  const startMap = (): void => {
    const map = parts.pageData<MapData>('map-data')!;
    parts.startItemMap({
      ...items,
      items: new Int32Array(parts.bytesOfBase64(map.items)),
      places: new Uint16Array(parts.bytesOfBase64(map.places)),
      colorings: map.colorings.map((coloring) => ({
        ...coloring,
        codes: new Uint16Array(parts.bytesOfBase64(coloring.codes)),
      })),
    });
  };
  const startNear = (): void => {
    const near = parts.pageData<NeighbourData>('near-data')!;
    const neighbours = new Int32Array(parts.bytesOfBase64(near.ids));
    const cosines = new Int16Array(parts.bytesOfBase64(near.cosines));
    parts.startNeighbours({ ...items, k: near.k, neighbours, cosines });
  };
  const startTrace = (): void => {
    const trace = parts.pageData<TraceData>('trace-data')!;
    const users = trace.users.map((user) => ({
      ...user,
      positions: new Int32Array(parts.bytesOfBase64(user.positions)),
    }));
    parts.startStageTrace({ k: trace.k, users, labels: items.labels });
  };
  /** Before the first event of that name, which is then sent once more to who has begun to listen. */
  const beforeFirst = (name: string, start: () => void): void => {
    const begin = (event: Event): void => {
      start();
      document.dispatchEvent(new CustomEvent(name, { detail: (event as CustomEvent<number>).detail }));
    };
    document.addEventListener(name, begin, { once: true });
  };

  const canvas = document.getElementById('map');
  if (canvas) {
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        startMap();
      },
      { rootMargin: '600px' },
    );
    seen.observe(canvas);
    beforeFirst('item', startNear);
    parts.startItemSearch('find', items, send('item'));
  }
  if (document.getElementById('trace-data')) {
    beforeFirst('traced', startTrace);
    parts.startItemSearch('trace-item', items, send('traced'));
  }
}
