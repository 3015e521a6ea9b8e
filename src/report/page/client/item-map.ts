/**
 * Of the page's script: the map of items on a canvas, which a hundred thousand points don't slow down. It can be dragged, pinched,
 * zoomed with wheel, buttons and keys, coloured by groups, and tells what is under the pointer.
 */
/// <reference lib="dom" />

interface ItemMapParts {
  /** Item of each point, `[numPoints]`. */
  readonly items: Int32Array;
  /** 0 … 65535 along each axis, `[numPoints, 2]`. */
  readonly places: Uint16Array;
  readonly colorings: readonly {
    readonly name: string;
    readonly values: readonly string[];
    /** Group of each item, 65535 for none, `[numItems]`. */
    readonly codes: Uint16Array;
    /** Whether the groups are in an order, as of popularity. */
    readonly ordered: boolean;
  }[];
  /** `[numItems]`. */
  readonly labels: readonly string[];
  /** `[numItems]`. */
  readonly popularity: Int32Array;
}

/** Listens to the events `marked` (items to ring, the first one to go to) and `theme` of the document, sends `item`. */
export function startItemMap({ items, places, colorings, labels, popularity }: ItemMapParts): void {
  const NONE = 65535;
  const canvas = document.getElementById('map') as HTMLCanvasElement;
  const tip = document.getElementById('map-tip') as HTMLElement;
  const legend = document.getElementById('map-legend') as HTMLElement;
  const choice = document.getElementById('map-color') as HTMLSelectElement;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const numPoints = items.length;
  let coloring = colorings[0];
  let colors: string[] = [];
  let rest = '';
  let ink = '';
  let marked: readonly number[] = [];
  /** Centre of the view in the map's 0 … 1, and how many times it is enlarged. */
  let view = { x: 0.5, y: 0.5, zoom: 1 };
  let frame = 0;

  const style = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isDark = (): boolean => document.documentElement.dataset.theme === 'dark';
  const colorOf = (group: number): string => {
    const count = coloring.values.length;
    if (coloring.ordered) {
      const share = count < 2 ? 1 : group / (count - 1);
      return isDark()
        ? `hsl(${215 - 165 * share} 75% ${45 + 27 * share}%)`
        : `hsl(${215 - 190 * share} 75% ${72 - 30 * share}%)`;
    }
    if (count <= 8) return style(`--c${group}`);
    // hues far apart for neighbouring numbers: the golden angle
    return `hsl(${(group * 137.508) % 360} 60% ${isDark() ? 68 : 42}%)`;
  };
  const recolor = (): void => {
    colors = coloring.values.map((_, group) => colorOf(group));
    rest = style('--muted');
    ink = style('--ink');
    const counts = new Uint32Array(coloring.values.length);
    for (const item of items) if (coloring.codes[item] !== NONE) counts[coloring.codes[item]]++;
    legend.replaceChildren(
      ...coloring.values.map((value, group) => {
        const entry = document.createElement('span');
        const dot = document.createElement('span');
        dot.className = 'dot';
        dot.style.background = colors[group];
        entry.append(dot, `${value} (${counts[group].toLocaleString('en-US')})`);
        return entry;
      }),
    );
    redraw();
  };

  /** Pixels of the canvas an edge of the map's square has. */
  const side = (): number => Math.min(canvas.clientWidth, canvas.clientHeight) * 0.94 * view.zoom;
  const screenX = (point: number): number => canvas.clientWidth / 2 + (places[2 * point] / 65535 - view.x) * side();
  const screenY = (point: number): number =>
    canvas.clientHeight / 2 + (places[2 * point + 1] / 65535 - view.y) * side();
  const draw = (): void => {
    frame = 0;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const crowd = numPoints > 20_000 ? 1.1 : numPoints > 3000 ? 1.7 : 2.6;
    const radius = Math.min(7, crowd * view.zoom ** 0.4);
    const byGroup = new Map<number, number[]>();
    for (let point = 0; point < numPoints; point++) {
      const [x, y] = [screenX(point), screenY(point)];
      if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
      const group = coloring.codes[items[point]];
      const places = byGroup.get(group) ?? [];
      if (places.length === 0) byGroup.set(group, places);
      places.push(x, y);
    }
    context.globalAlpha = 0.8;
    for (const [group, at] of byGroup) {
      context.fillStyle = group === NONE ? rest : colors[group];
      // squares: circles cost ten times as much, and are not told apart at this size
      if (numPoints > 3000 && radius < 3.5) {
        for (let i = 0; i < at.length; i += 2)
          context.fillRect(at[i] - radius, at[i + 1] - radius, 2 * radius, 2 * radius);
        continue;
      }
      context.beginPath();
      for (let i = 0; i < at.length; i += 2) {
        context.moveTo(at[i] + radius, at[i + 1]);
        context.arc(at[i], at[i + 1], radius, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
    context.strokeStyle = ink;
    for (let point = 0; point < numPoints && marked.length > 0; point++) {
      const at = marked.indexOf(items[point]);
      if (at < 0) continue;
      context.lineWidth = at === 0 ? 3 : 1.5;
      context.beginPath();
      context.arc(screenX(point), screenY(point), radius + (at === 0 ? 6 : 3), 0, 2 * Math.PI);
      context.stroke();
    }
  };
  function redraw(): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  /** The point within reach of a place on the canvas, -1 for none. */
  const pointAt = (x: number, y: number, reach: number): number => {
    let [best, least] = [-1, reach * reach];
    for (let point = 0; point < numPoints; point++) {
      const distance = (screenX(point) - x) ** 2 + (screenY(point) - y) ** 2;
      if (distance < least) [best, least] = [point, distance];
    }
    return best;
  };
  const tell = (point: number): void => {
    tip.hidden = point < 0;
    if (point < 0) return;
    const item = items[point];
    const group = coloring.codes[item];
    const value = group === NONE ? '' : ` · ${coloring.values[group]}`;
    tip.textContent = `${labels[item]}${value} · ${popularity[item].toLocaleString('en-US')} interactions`;
    const [x, y] = [screenX(point), screenY(point)];
    tip.style.left = `${Math.max(4, Math.min(x + 12, canvas.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 12, canvas.clientHeight - tip.offsetHeight - 4))}px`;
  };
  const pick = (point: number): void => {
    if (point >= 0) document.dispatchEvent(new CustomEvent('item', { detail: items[point] }));
  };
  const zoomBy = (factor: number, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2): void => {
    const zoom = Math.min(60, Math.max(0.7, view.zoom * factor));
    const [dx, dy] = [x - canvas.clientWidth / 2, y - canvas.clientHeight / 2];
    const before = side();
    const after = (before / view.zoom) * zoom;
    view = { x: view.x + dx / before - dx / after, y: view.y + dy / before - dy / after, zoom };
    redraw();
  };
  const moveBy = (x: number, y: number): void => {
    view = { ...view, x: view.x - x / side(), y: view.y - y / side() };
    redraw();
  };

  const fingers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    travelled = 0;
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) {
      tell(pointAt(event.offsetX, event.offsetY, 12));
      return;
    }
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = (x: number, y: number): number => Math.max(1, Math.hypot(x - other.x, y - other.y));
      zoomBy(apart(event.offsetX, event.offsetY) / apart(before.x, before.y), other.x, other.y);
    } else moveBy(event.offsetX - before.x, event.offsetY - before.y);
    travelled += Math.hypot(event.offsetX - before.x, event.offsetY - before.y);
    tip.hidden = true;
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  });
  canvas.addEventListener('pointerup', (event) => {
    fingers.delete(event.pointerId);
    if (travelled > 6) return;
    const point = pointAt(event.offsetX, event.offsetY, 18);
    tell(point);
    pick(point);
  });
  canvas.addEventListener('pointercancel', (event) => fingers.delete(event.pointerId));
  canvas.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      // a page that can't be scrolled past its map is worse than a map that asks for a key
      if (!event.ctrlKey && document.activeElement !== canvas) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  canvas.addEventListener('keydown', (event) => {
    const steps: Record<string, readonly [number, number]> = {
      ArrowLeft: [60, 0],
      ArrowRight: [-60, 0],
      ArrowUp: [0, 60],
      ArrowDown: [0, -60],
    };
    const middle = (): number => pointAt(canvas.clientWidth / 2, canvas.clientHeight / 2, Number.POSITIVE_INFINITY);
    if (event.key in steps) moveBy(...steps[event.key]);
    else if (event.key === '+' || event.key === '=') zoomBy(1.4);
    else if (event.key === '-') zoomBy(1 / 1.4);
    else if (event.key === 'Enter') pick(middle());
    else if (event.key !== ' ') return;
    event.preventDefault();
    tell(middle());
  });
  document.getElementById('map-in')?.addEventListener('click', () => zoomBy(1.6));
  document.getElementById('map-out')?.addEventListener('click', () => zoomBy(1 / 1.6));
  document.getElementById('map-all')?.addEventListener('click', () => {
    view = { x: 0.5, y: 0.5, zoom: 1 };
    redraw();
  });
  choice.addEventListener('change', () => {
    coloring = colorings[choice.selectedIndex];
    recolor();
  });
  document.addEventListener('theme', recolor);
  document.addEventListener('marked', (event) => {
    marked = (event as CustomEvent<readonly number[]>).detail;
    const point = items.indexOf(marked[0]);
    // where all is in sight, nothing has to move
    if (point >= 0 && view.zoom > 1) view = { ...view, x: places[2 * point] / 65535, y: places[2 * point + 1] / 65535 };
    redraw();
  });
  new ResizeObserver(redraw).observe(canvas);
  recolor();
}
