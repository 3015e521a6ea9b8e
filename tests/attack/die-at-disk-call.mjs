/**
 * Preloaded by `node --import`: ends the process by SIGKILL at its DIE_AT-th call that changes the disk (from 1), a write
 * half way, any other call before it does anything. Without DIE_AT nothing happens; where DIE_COUNT names a file, the number
 * of such calls is written there at the end. The product knows nothing of this.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const { writeFileSync } = fs;
const dieAt = Number(process.env.DIE_AT ?? Number.POSITIVE_INFINITY);
let calls = 0;

const isDue = () => isMainThread && ++calls === dieAt;
const die = () => process.kill(process.pid, 'SIGKILL');

for (const name of [
  ...['renameSync', 'linkSync', 'mkdirSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'fsyncSync'],
  ...['rename', 'link', 'mkdir', 'rm', 'rmdir', 'unlink', 'fsync'],
]) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (isDue()) die();
    return real(...args);
  };
}

for (const name of ['openSync', 'open']) {
  const real = fs[name];
  fs[name] = (path, flags, ...rest) => {
    if (/[wa+]/.test(String(flags)) && isDue()) die();
    return real(path, flags, ...rest);
  };
}

const { writeSync } = fs;
fs.writeSync = (file, data, offset = 0, length = data.length - offset, ...rest) => {
  if (isDue()) {
    writeSync(file, data, offset, length >> 1);
    die();
  }
  return writeSync(file, data, offset, length, ...rest);
};

fs.writeFileSync = (path, data, ...rest) => {
  if (isDue()) {
    writeFileSync(path, data.slice(0, data.length >> 1), ...rest);
    die();
  }
  return writeFileSync(path, data, ...rest);
};

syncBuiltinESMExports();

process.on('exit', () => {
  if (isMainThread && process.env.DIE_COUNT) writeFileSync(process.env.DIE_COUNT, String(calls));
});
