/**
 * Two operands of an elementwise kernel seen as matrices: an operand is whole, one row repeated, one column repeated, or
 * a single number. That covers what models use ([N, 1] with [N, D], scalars, a bias row); other forms say undefined.
 */

interface BroadcastForm {
  readonly numRows: number;
  readonly numColumns: number;
  /** 1 where the operand is repeated along rows, 2 along columns, 3 for a single number. */
  readonly aRepeats: number;
  readonly bRepeats: number;
}

/** @param out the shape that both broadcast to */
export function broadcastForm(
  a: readonly number[],
  b: readonly number[],
  out: readonly number[],
): BroadcastForm | undefined {
  const [left, right] = [a, b].map((shape) => [...new Array<number>(out.length - shape.length).fill(1), ...shape]);
  // axes 0 … split-1 make the rows, the rest the columns
  for (let split = 0; split <= out.length; split++) {
    const repeats = [left, right].map((shape) => {
      const rows = partRepeats(shape, out, 0, split);
      const columns = partRepeats(shape, out, split, out.length);
      return rows === undefined || columns === undefined ? undefined : Number(rows) + 2 * Number(columns);
    });
    if (repeats[0] === undefined || repeats[1] === undefined) continue;
    const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
    return {
      numRows: product(out.slice(0, split)),
      numColumns: product(out.slice(split)),
      aRepeats: repeats[0],
      bRepeats: repeats[1],
    };
  }
  return undefined;
}

/** Whether axes [from, to) are all repeated (true), none (false), or mixed (undefined). */
function partRepeats(shape: readonly number[], out: readonly number[], from: number, to: number): boolean | undefined {
  let repeated = false;
  let whole = false;
  for (let axis = from; axis < to; axis++) {
    if (out[axis] === 1) continue;
    if (shape[axis] === 1) repeated = true;
    else whole = true;
  }
  return repeated && whole ? undefined : repeated;
}
