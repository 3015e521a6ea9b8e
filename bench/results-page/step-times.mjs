/** What a training step costs: presets beside PyTorch, beside an earlier version, and on the fallback. */
import { table } from '../../scripts/reference/markdown.mjs';
import { dataOf, environmentOf, filesIn, latest, milliseconds, readJson, readText, section, times } from './filed.mjs';

export function step() {
  const file = latest('step/results');
  const { steps, graphs, ...machine } = readJson(file);
  const rows = graphs.flatMap(({ graph, peers, rows: own }) =>
    own.map(({ backend, preset, stepMs, peakRssMB, peerRatio }) => [
      dataOf(graph).split(',')[0],
      preset,
      backend,
      milliseconds(stepMs),
      milliseconds(peers?.[preset]?.stepMs),
      times(peerRatio),
      `${peakRssMB} MB`,
    ]),
  );
  const [peer] = graphs.flatMap(({ peers }) => Object.values(peers ?? {}).flatMap(({ runs }) => runs));
  return section(
    'A training step',
    {
      command: `node bench/step/run.mjs --backends native --steps ${steps}`,
      data: `${graphs.map(({ graph }) => dataOf(graph)).join('; ')}; 3 layers, batch 2048, 64 numbers a vector`,
      environment: environmentOf(machine),
      filed: [file],
    },
    table(['data', 'preset', 'backend', 'a step', `PyTorch ${peer.torch}`, 'ratio', 'peak memory'], rows),
    'PyTorch is the same step as its users write it, the faster of sparse products in COO and CSR.',
  );
}

/** The last table that has both the native kernels and the fallback. */
export function wasm() {
  const file = filesIn('step/results', /\.json$/).findLast((name) =>
    rowsOfStep(readJson(name)).some(({ backend }) => backend === 'wasm'),
  );
  if (!file) return '';
  const result = readJson(file);
  const rows = rowsOfStep(result);
  const nativeMs = (preset) => rows.find((row) => row.preset === preset && row.backend === 'native').stepMs;
  const cells = rows
    .filter(({ backend }) => backend === 'wasm')
    .map(({ preset, stepMs }) => [
      preset,
      milliseconds(nativeMs(preset)),
      milliseconds(stepMs),
      times(stepMs / nativeMs(preset)),
    ]);
  return section(
    'Without a compiler: WebAssembly beside the native kernels',
    {
      command: `node bench/step/run.mjs --backends native,wasm --steps ${result.steps}`,
      data: dataOf(result.graph ?? result.graphs[0].graph),
      environment: environmentOf(result),
      filed: [file],
    },
    table(['preset', 'native', 'wasm', 'ratio'], cells),
  );
}

const rowsOfStep = ({ rows, graphs = [] }) => rows ?? graphs[0].rows;

/** Logs of two versions in turns: medians of each. */
export function stepBefore() {
  const [file] = filesIn('step/results', /\.log$/).slice(-1);
  if (!file) return '';
  const [head, ...lines] = readText(file).trim().split('\n');
  const found = new Map();
  for (const line of lines) {
    const [, name, json] = line.match(/^(\S+) (\{.*\})$/);
    found.set(name, [...(found.get(name) ?? []), JSON.parse(json)]);
  }
  const rows = [...found].map(([name, runs]) => [
    name,
    runs.map(({ stepMs }) => milliseconds(stepMs)).join(', '),
    `${median(runs.map(({ peakRssMB }) => peakRssMB))} MB`,
  ]);
  const [what, command] = head.replace(/^# /, '').split('; ');
  return section(
    'A step of simgcl before and after passes over one matrix share their way',
    { command, data: what, filed: [file] },
    table(['version', 'steps, in turns', 'peak memory'], rows),
  );
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
