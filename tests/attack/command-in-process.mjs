/** The built command line within this process: exit code and what it wrote. */
import { runCli } from '../../dist/cli/program.js';

export async function command(...args) {
  const { stdout, stderr } = process;
  const written = { stdout: '', stderr: '' };
  const [out, err] = [stdout.write, stderr.write];
  const capture =
    (name) =>
    (text, ...rest) => {
      written[name] += text;
      rest.find((argument) => typeof argument === 'function')?.();
      return true;
    };
  stdout.write = capture('stdout');
  stderr.write = capture('stderr');
  try {
    return { code: await runCli(args), ...written };
  } finally {
    stdout.write = out;
    stderr.write = err;
    process.exitCode = 0;
  }
}

/** What a command may never do, or undefined. */
export function fault({ code, stderr }) {
  if (![0, 2, 3].includes(code)) return `exit code ${code}: ${stderr.slice(0, 300)}`;
  if (/INTERNAL|unexpected error|(Type|Range|Reference|Syntax)Error/.test(stderr)) return stderr.slice(0, 300);
  return undefined;
}
