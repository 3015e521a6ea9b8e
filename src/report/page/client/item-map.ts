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
  /** Of the groups and of the rest as pixels are written. */
  let inks = new Uint32Array(0);
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
  /** A colour of a style sheet in the bytes of a picture. */
  const pixelOf = (color: string): number => {
    const one = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
    one.fillStyle = color;
    one.fillRect(0, 0, 1, 1);
    return new Uint32Array(one.getImageData(0, 0, 1, 1).data.buffer)[0];
  };
  const recolor = (): void => {
    colors = coloring.values.map((_, group) => colorOf(group));
    rest = style('--muted');
    ink = style('--ink');
    inks = Uint32Array.from([...colors, rest], pixelOf);
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

  /** How the view lies on the canvas: where the map's 0 is, and the pixels that an edge of its square has. */
  const lay = () => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const side = Math.min(width, height) * 0.94 * view.zoom;
    return { width, height, side, left: width / 2 - view.x * side, top: height / 2 - view.y * side };
  };
  type Laid = ReturnType<typeof lay>;
  const screenX = (point: number, { left, side }: Laid): number => left + (places[2 * point] / 65535) * side;
  const screenY = (point: number, { top, side }: Laid): number => top + (places[2 * point + 1] / 65535) * side;

  /** Squares written into the picture itself: a hundred thousand calls of a canvas take seconds where no graphics card helps. */
  const drawSquares = (at: Laid, radius: number, scale: number): void => {
    const image = context.createImageData(canvas.width, canvas.height);
    const pixels = new Uint32Array(image.data.buffer);
    const size = Math.max(1, Math.round(2 * radius * scale));
    for (let point = 0; point < numPoints; point++) {
      const x = Math.round((screenX(point, at) - radius) * scale);
      const y = Math.round((screenY(point, at) - radius) * scale);
      if (x < 0 || y < 0 || x + size > canvas.width || y + size > canvas.height) continue;
      const group = coloring.codes[items[point]];
      const color = group === NONE ? inks[coloring.values.length] : inks[group];
      for (let row = y; row < y + size; row++)
        pixels.fill(color, row * canvas.width + x, row * canvas.width + x + size);
    }
    context.putImageData(image, 0, 0);
  };
  const drawCircles = (at: Laid, radius: number): void => {
    context.globalAlpha = 0.8;
    for (let point = 0; point < numPoints; point++) {
      const [x, y] = [screenX(point, at), screenY(point, at)];
      if (x < -9 || y < -9 || x > at.width + 9 || y > at.height + 9) continue;
      const group = coloring.codes[items[point]];
      context.fillStyle = group === NONE ? rest : colors[group];
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  };
  const draw = (): void => {
    frame = 0;
    const at = lay();
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(at.width * scale);
    canvas.height = Math.round(at.height * scale);
    if (canvas.width === 0 || canvas.height === 0) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const crowd = numPoints > 20_000 ? 1 : numPoints > 3000 ? 1.6 : 2.6;
    const radius = Math.min(7, crowd * view.zoom ** 0.4);
    // so small, squares are not told from circles
    if (numPoints > 3000 && radius < 3.5) drawSquares(at, radius, scale);
    else drawCircles(at, radius);
    context.strokeStyle = ink;
    for (let point = 0; point < numPoints && marked.length > 0; point++) {
      const order = marked.indexOf(items[point]);
      if (order < 0) continue;
      context.lineWidth = order === 0 ? 3 : 1.5;
      context.beginPath();
      context.arc(screenX(point, at), screenY(point, at), radius + (order === 0 ? 6 : 3), 0, 2 * Math.PI);
      context.stroke();
    }
  };
  function redraw(): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  /** The point within reach of a place on the canvas, -1 for none. */
  const pointAt = (x: number, y: number, reach: number): number => {
    const at = lay();
    let [best, least] = [-1, reach * reach];
    for (let point = 0; point < numPoints; point++) {
      const distance = (screenX(point, at) - x) ** 2 + (screenY(point, at) - y) ** 2;
      if (distance < least) {
        best = point;
        least = distance;
      }
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
    const at = lay();
    const [x, y] = [screenX(point, at), screenY(point, at)];
    tip.style.left = `${Math.max(4, Math.min(x + 12, canvas.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 12, canvas.clientHeight - tip.offsetHeight - 4))}px`;
  };
  const pick = (point: number): void => {
    if (point >= 0) document.dispatchEvent(new CustomEvent('item', { detail: items[point] }));
  };
  const zoomBy = (factor: number, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2): void => {
    const zoom = Math.min(60, Math.max(0.7, view.zoom * factor));
    const [dx, dy] = [x - canvas.clientWidth / 2, y - canvas.clientHeight / 2];
    const before = lay().side;
    const after = (before / view.zoom) * zoom;
    view = { x: view.x + dx / before - dx / after, y: view.y + dy / before - dy / after, zoom };
    redraw();
  };
  const moveBy = (x: number, y: number): void => {
    const { side } = lay();
    view = { ...view, x: view.x - x / side, y: view.y - y / side };
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
