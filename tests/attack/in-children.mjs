/** Runs cases in child processes, some hundred each, so that one that dies or hangs is a finding and not the end. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const PER_CHILD = 250;
const CHILD_MS = 600_000;

/** `--cases N --seed S`; a child gets `--from` as well. @param work `(seed, from, cases) → findings`: prints a line each */
export async function inChildren(file, work) {
  const options = {
    cases: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string' },
  };
  const { values } = parseArgs({ options });
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  if (values.from !== undefined) {
    const findings = await work(seed, Number(values.from), cases);
    for (const finding of findings) console.log(finding);
    return process.exit(0);
  }
  let found = 0;
  for (let from = 0; from < cases; from += PER_CHILD) {
    const count = Math.min(PER_CHILD, cases - from);
    const args = [file, '--seed', String(seed), '--from', String(from), '--cases', String(count)];
    const { stdout, stderr, signal, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: CHILD_MS,
    });
    const lines = stdout.split('\n').filter(Boolean);
    if (signal || status !== 0)
      lines.push(`cases ${from} to ${from + count - 1}: ${signal ?? status} ${stderr.slice(-500)}`);
    for (const line of lines) console.log(line);
    found += lines.length;
  }
  console.log(`${cases} cases, seed ${seed}: ${found} findings`);
  process.exitCode = found > 0 ? 1 : 0;
}
