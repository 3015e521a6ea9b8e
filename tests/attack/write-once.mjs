/**
 * One write, for a process that is to die over it, and for the one that does it again (`kill-points.test.ts`).
 *
 *     node write-once.mjs file PATH TEXT      a file that says TEXT twice, written under a lock
 *     node write-once.mjs folder PATH TEXT    a folder with two files that say TEXT, one of them in a folder of its own
 *     node write-once.mjs lock PATH           a lock, taken and given back
 *
 * Works on dist/.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../dist/core/atomic-file.js';
import { writeFolderAtomic } from '../../dist/core/disk/atomic-folder.js';
import { writeNewFile } from '../../dist/core/disk/durable-write.js';
import { takeLock } from '../../dist/core/disk/process-lock.js';

export const WRITES = {
  file(path, text) {
    const giveBack = lock(`${path}.lock`);
    writeFileAtomic(path, text, text);
    giveBack();
  },
  folder(path, text) {
    return writeFolderAtomic(path, (folder) => {
      mkdirSync(join(folder, 'inner'));
      for (const name of ['a', join('inner', 'b')]) writeNewFile(join(folder, name), text);
    });
  },
  lock(path) {
    lock(path)();
  },
};

function lock(file) {
  return takeLock({ file, busy: ({ pid }) => new Error(`busy: ${pid}`) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, path, text] = process.argv.slice(2);
  await WRITES[what](path, text);
}
