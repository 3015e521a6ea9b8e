/**
 * TensorFlow's C library out of the wheel that Python's package registry serves: laid out as tfjs-node's `deps/` wants it,
 * `lib/` and `include/`, in `.cache/tensorflow/<wheel>/`. The wheel itself is not kept.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './faiss-node-package.mjs';
import { ROOT } from './steps.mjs';

export const TENSORFLOW_CACHE = join(ROOT, '.cache', 'tensorflow');

/** Any interpreter will do: the files we take do not depend on Python, so one build of the wheel serves all. */
const WHEEL_TAGS = ['--implementation=cp', '--python-version=3.11', '--platform=manylinux2014_x86_64'];

const UNPACK = `
import os, shutil, sys, zipfile
wheel, target = sys.argv[1:]
headers = tuple('tensorflow/include/' + part for part in (
    'tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tsl/', 'xla/tsl/'))
libraries = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
with zipfile.ZipFile(wheel) as archive:
    missing = [name for name in libraries if name not in archive.namelist()]
    if missing:
        sys.exit('the wheel has no ' + ', '.join(missing))
    for name in archive.namelist():
        if name in libraries:
            out = os.path.join(target, 'lib', os.path.basename(name))
        elif name.startswith(headers) and name.endswith('.h'):
            out = os.path.join(target, name[len('tensorflow/'):])
        else:
            continue
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with archive.open(name) as source, open(out, 'wb') as copy:
            shutil.copyfileobj(source, copy, 1 << 22)
`;

/**
 * @param wheel as pip names it: `tensorflow-cpu==2.15.1`
 * @returns `{ ok: true, folder }` or `{ ok: false, reason }`
 */
export function fetchLibrary(wheel, say) {
  const folder = join(TENSORFLOW_CACHE, wheel.replaceAll(/[^\w.-]+/g, '_'));
  if (existsSync(join(folder, 'lib', 'libtensorflow.so'))) return { ok: true, folder };
  const python = ['python3', 'python'].find((name) => runQuietly(name, ['-m', 'pip', '--version']).ok);
  if (python === undefined) return { ok: false, reason: 'no Python 3 with pip, which the wheel is fetched by' };

  const temporary = `${folder}.tmp-${process.pid}`;
  const download = join(temporary, 'wheel');
  mkdirSync(download, { recursive: true });
  try {
    say(`fetching the wheel ${wheel} (200-600 MB) with pip`);
    const patience = ['--timeout=20', '--retries=1', '--disable-pip-version-check', '--no-input'];
    const fetched = runQuietly(
      python,
      ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', ...WHEEL_TAGS, ...patience, '-d', download, wheel],
      { timeout: 600_000 },
    );
    if (!fetched.ok) return { ok: false, reason: `pip download ${wheel}: ${errorLine(fetched.output)}` };
    const [file] = readdirSync(download);
    say('taking the C library out of it');
    const unpacked = runQuietly(python, ['-c', UNPACK, join(download, file), temporary], { timeout: 300_000 });
    if (!unpacked.ok) return { ok: false, reason: `unpacking ${file}: ${errorLine(unpacked.output)}` };
    const lib = join(temporary, 'lib');
    symlinkSync('libtensorflow_cc.so.2', join(lib, 'libtensorflow.so'));
    symlinkSync('libtensorflow_framework.so.2', join(lib, 'libtensorflow_framework.so'));
    // the file whose presence tells tfjs-node's own installer that there is nothing to download
    symlinkSync('libtensorflow_cc.so.2', join(lib, 'libtensorflow.so.2.9.1'));
    rmSync(download, { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
    return { ok: true, folder };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const errorLine = (output) => {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
};
