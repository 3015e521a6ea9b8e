/** Round numbers along an axis: 1, 2 or 5 times a power of ten apart; on a log scale 1, 2, 5, 10, 20 … or whole powers. */

/** How many of them a reader likes to see. */
const WANTED = 6;

/** @returns numbers in [low, high], rising; on a log scale both are above 0 */
export function axisTicks(low: number, high: number, log: boolean): number[] {
  if (!(low < high)) return [low];
  return log ? logTicks(low, high) : linearTicks(low, high);
}

function linearTicks(low: number, high: number): number[] {
  const rough = (high - low) / WANTED;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * (1 - 1e-9))!;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => rounded((first + i) * step));
}

function logTicks(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const factors = to - from > 3 ? [1] : [1, 2, 5];
  const apart = Math.max(1, Math.ceil((to - from) / (WANTED + 2)));
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((_, i) => i % apart === 0);
  const all = powers.flatMap((power) => factors.map((factor) => rounded(factor * 10 ** power)));
  const within = all.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  // a short stretch of the scale is as good as straight
  return within.length >= 2 ? within : linearTicks(low, high);
}

/** Without the crumbs of 3 · 0.1. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** As short as it is exact to three digits: 0.05, 2,000 as 2000, 1e-5. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e5)) return Number(value.toPrecision(3)).toExponential();
  return String(Number(value.toPrecision(4)));
}
