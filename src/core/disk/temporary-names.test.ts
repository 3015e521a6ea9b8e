import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineCode } from './process-identity.js';
import { discard, isTemporaryOf, sweepTemporaries, temporariesOf, temporaryName } from './temporary-names.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-temporary-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
/** Names of the temporaries of other processes. */
const nameOf = ({ target = 'x', kind = 'tmp', machine = machineCode(), pid = deadPid, start = '7' }) =>
  `.${target}.${kind}-${machine}-${pid}-${start}-01234567`;
const put = (name: string): string => {
  writeFileSync(join(folder, name), 'half');
  return name;
};
const left = () => readdirSync(folder).sort();

describe('names', () => {
  it('stand beside the target, say what it is, and never come twice', () => {
    const [first, second] = [temporaryName(join(folder, 'best.state')), temporaryName(join(folder, 'best.state'))];
    expect(first).not.toBe(second);
    for (const path of [first, second]) {
      expect(join(path, '..')).toBe(folder);
      expect(isTemporaryOf(basename(path), 'best.state')).toBe(true);
      expect(isTemporaryOf(basename(path), 'last.state')).toBe(false);
    }
    expect(isTemporaryOf('best.state', 'best.state')).toBe(false);
    expect(isTemporaryOf('.best.state.tmp-12-3', 'best.state')).toBe(true); // version 0.1
    expect(isTemporaryOf('.best.state.tmp-notes', 'best.state')).toBe(false);
  });

  it('fit where the target’s name is as long as can be', () => {
    const target = 'ä'.repeat(127);
    const path = temporaryName(join(folder, target));
    writeFileSync(path, '');
    expect(isTemporaryOf(basename(path), target)).toBe(true);
    expect(temporariesOf(join(folder, target), 'tmp')).toEqual([path]);
  });
});

describe('sweeping', () => {
  it('takes what dead processes left, files and folders, and nothing else', () => {
    put(nameOf({}));
    put(nameOf({ target: 'other' }));
    put(nameOf({ pid: process.pid, start: '1' })); // an earlier process of this number
    mkdirSync(join(folder, nameOf({ target: 'folder' })));
    put(join(nameOf({ target: 'folder' }), 'inside'));
    const kept = [put('x'), put('.x.tmp'), put('.x.tmp-old-notes'), put('.hidden')];
    sweepTemporaries(folder);
    expect(left()).toEqual(kept.sort());
  });

  it('leaves a living process’s', () => {
    const mine = temporaryName(join(folder, 'x'));
    writeFileSync(mine, '');
    const parents = put(nameOf({ pid: process.ppid, start: '' }));
    const earlier = put(`.x.tmp-${process.ppid}-0`);
    sweepTemporaries(folder, () => true);
    expect(left()).toEqual([basename(mine), parents, earlier].sort());
  });

  it('takes another machine’s and version 0.1’s only of a target that is locked, or after a day', () => {
    const elsewhere = put(nameOf({ machine: '00000000' }));
    const earlier = put(`.x.tmp-${deadPid}-0`);
    sweepTemporaries(folder, (target) => target !== 'x');
    expect(left()).toEqual([elsewhere, earlier].sort());
    const longAgo = Date.now() / 1000 - 25 * 3600;
    utimesSync(join(folder, elsewhere), longAgo, longAgo);
    sweepTemporaries(folder);
    expect(left()).toEqual([earlier]);
    sweepTemporaries(folder, (target) => target === 'x');
    expect(left()).toEqual([]);
  });

  it('takes what was to come next only where its target is there', () => {
    const next = put(nameOf({ kind: 'next' }));
    sweepTemporaries(folder, () => true);
    expect(left()).toEqual([next]);
    put('x');
    sweepTemporaries(folder);
    expect(left()).toEqual(['x']);
  });

  it('leaves a lock that was moved aside to those who know locks', () => {
    const aside = put(nameOf({ kind: 'aside' }));
    sweepTemporaries(folder, () => true);
    expect(left()).toEqual([aside]);
  });

  it('is silent where there is no folder, and so is discarding', () => {
    expect(() => sweepTemporaries(join(folder, 'none'))).not.toThrow();
    expect(() => discard(join(folder, 'none'))).not.toThrow();
  });
});
