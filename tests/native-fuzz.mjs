/**
 * Calls every function of the native addon with arguments that fit and with the same ones spoilt: other types, lengths,
 * sizes and indices, NaN, detached arrays, arrays that share memory. Every call must return or throw an error that says
 * which function and what was wrong; what it writes must stay inside its arrays (they lie between guards). Prints, as
 * JSON, how many calls returned and threw.
 *
 *     node tests/native-fuzz.mjs [--seed N] [--calls N a function] [--only FUNCTION] [--trace]
 *
 * A process of its own, since what it looks for ends the process; with --trace, the last line on standard error then
 * names the call.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CALLS } from './native-calls.mjs';
import { Draw } from './native-draw.mjs';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    calls: { type: 'string', default: '400' },
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const built = fileURLToPath(new URL('../build/native/twinlight-native.node', import.meta.url));
const addon = createRequire(import.meta.url)(process.env.TWINLIGHT_ADDON || built);

/** Numbers on either side of an array that no call may change. */
const GUARD = 16;
const GUARD_BYTE = 0x5a;

/** What stands where something else was expected; all of it is refused or harmless as any argument. */
const JUNK = [
  ...[undefined, null, true, Number.NaN, -1, 0, 1, 0.5, 2 ** 20, 2 ** 31, 2 ** 32, 2 ** 53, Number.POSITIVE_INFINITY],
  ...[
    '3',
    '',
    {},
    [],
    [null],
    () => 1,
    10n,
    Symbol('junk'),
    new Date(0),
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(8)),
  ],
];
const BAD_INDICES = [-1, -2, -(2 ** 31), 2 ** 31 - 1, 2 ** 20, 7, 101];
const ODD_FLOATS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38, 1e-45, -0];

const draw = new Draw(0, makeArray);
let guarded = [];

/** Half of the arrays lie between guards, the others end where their memory ends, which address sanitizers watch. */
function makeArray(Kind, length) {
  if (draw.flag()) return new Kind(length);
  const buffer = new ArrayBuffer(4 * (length + 2 * GUARD));
  const bytes = new Uint8Array(buffer).fill(GUARD_BYTE);
  bytes.fill(0, 4 * GUARD, 4 * (GUARD + length));
  guarded.push({ bytes, length });
  return new Kind(buffer, 4 * GUARD, length);
}

function guardsHold() {
  return guarded.every(({ bytes, length }) => {
    // a detached one has no bytes left
    for (let i = 0; i < Math.min(4 * GUARD, bytes.length); i++) {
      if (bytes[i] !== GUARD_BYTE || bytes[4 * (GUARD + length) + i] !== GUARD_BYTE) return false;
    }
    return true;
  });
}

/** Every place of a value in `root`, at any depth. */
function placesIn(root) {
  return Object.keys(root).flatMap((key) => {
    const value = root[key];
    const deeper = Array.isArray(value) || value?.constructor === Object ? placesIn(value) : [];
    return [{ holder: root, key }, ...deeper];
  });
}

const isArray = (value) => value instanceof Float32Array || value instanceof Int32Array;

function spoil(args) {
  const places = placesIn(args);
  if (places.length === 0) return;
  const { holder, key } = draw.one(places);
  const value = holder[key];
  if (draw.chance(0.15)) holder[key] = draw.one(JUNK);
  else if (isArray(value)) holder[key] = spoiltArray(value, places);
  else if (typeof value === 'number') holder[key] = draw.one([value + 1, value - 1, -value, value * 2, 0, 3, 2 ** 31]);
  else if (typeof value === 'boolean') holder[key] = !value;
  else if (Array.isArray(value)) value.length = draw.below(value.length + 1);
  else delete holder[key];
}

function spoiltArray(array, places) {
  const Kind = array.constructor;
  const Other = Kind === Float32Array ? Int32Array : Float32Array;
  // a detached one is empty, too
  if (array.length === 0) return draw.one([new Kind(3), new Other(0)]);
  const ways = [
    () => array.slice(0, draw.below(array.length + 1)),
    () => Kind.from([...array, ...array, 1]),
    () => new Kind(0),
    () => draw.one([Other, Float64Array, Uint8Array, BigInt64Array].map((Wrong) => new Wrong(array.length))),
    () => array.subarray(draw.below(array.length + 1)),
    () => changed(array),
    () => changed(array),
    () => changed(array),
    () => {
      structuredClone(array.buffer, { transfer: [array.buffer] });
      return array;
    },
    () => overlapping(array, places),
    () => overlapping(array, places),
  ];
  return draw.one(ways)();
}

/** Some values replaced: indices by those outside or out of order, numbers by infinities and NaN. */
function changed(array) {
  const values = array instanceof Int32Array ? BAD_INDICES : ODD_FLOATS;
  for (let count = 1 + draw.below(3); count > 0 && array.length > 0; count--) {
    array[draw.below(array.length)] = draw.one(values);
  }
  return array;
}

/** As long as `array`, where that fits, in the memory of another argument. */
function overlapping(array, places) {
  const others = places
    .map(({ holder, key }) => holder[key])
    .filter((value) => isArray(value) && value.length > 0 && value !== array);
  if (others.length === 0) return array;
  const other = draw.one(others);
  const skipped = draw.below(2);
  const length = Math.min(array.length, other.length - skipped);
  return new array.constructor(other.buffer, other.byteOffset + 4 * skipped, length);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const functions = Object.keys(addon).filter((name) => typeof addon[name] === 'function');
const unknown = functions.filter((name) => CALLS[name] === undefined);
if (unknown.length > 0) {
  fail(`no arguments are known for ${unknown.join(', ')}: add what draws them to tests/native-calls.mjs`);
}
const gone = Object.keys(CALLS).filter((name) => addon[name] === undefined);
if (gone.length > 0)
  fail(`the addon has no ${gone.join(', ')}: take what draws its arguments out of tests/native-calls.mjs`);

const counts = {};
for (const [f, name] of functions.entries()) {
  if (options.only !== undefined && name !== options.only) continue;
  counts[name] = { returned: 0, threw: 0 };
  for (let call = 0; call < Number(options.calls); call++) {
    draw.state = (Number(options.seed) * 1_000_003 + f * 7919 + call * 104_729) >>> 0;
    const where = `${name}, call ${call}, seed ${options.seed}`;
    guarded = [];
    const args = CALLS[name](draw, addon);
    const fits = call % 4 === 0;
    for (let times = fits ? 0 : 1 + draw.below(2); times > 0; times--) spoil(args);
    if (!fits && draw.chance(0.05)) args.length = draw.below(args.length + 1);
    if (options.trace) writeSync(2, `${where}\n`);
    try {
      addon[name](...args);
      counts[name].returned++;
    } catch (error) {
      if (fits) fail(`${where}: arguments that fit were refused: ${error.message}`);
      if (
        !/^NATIVE_/.test(error.code) ||
        !error.message.startsWith(`${name}: `) ||
        error.message.length < name.length + 8
      ) {
        fail(`${where}: an error that does not say what was wrong: ${error.stack}`);
      }
      counts[name].threw++;
    }
    if (!guardsHold()) fail(`${where}: wrote outside its arrays`);
  }
}
process.stdout.write(JSON.stringify({ ...addon.info(), counts }));
