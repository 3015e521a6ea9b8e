/** Processes that are killed and connections that are cut: what was live stays live, and the next publish goes on. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CLIENT_MODULES } from '../../scripts/target-servers.mjs';
import { SILENT } from '../../src/core/reporter.js';
import { exactTop, userOf } from '../published-bundles.js';
import { MAIN } from '../run-cli.js';
import { startProxy } from '../target-readers/cut-proxy.js';
import { LARGE, type TargetContext, TOP } from './target-context.js';

export function breaksContract(at: TargetContext): void {
  it.runIf(at.isThere)(
    'killed in the middle, the old version is live and the next publish goes on',
    async () => {
      await at.publish(at.bundles.first, { name: 'killed' });
      const args = [
        'publish',
        at.bundles.large.folder,
        '--to',
        at.server.url(),
        '--name',
        'killed',
        '--batch-size',
        '20',
        '--floor',
        '0.9',
      ];
      const child = spawn(process.execPath, [MAIN, ...args], {
        stdio: 'ignore',
        env: { ...process.env, NODE_PATH: CLIENT_MODULES },
      });
      const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
      const loaded = await at.withStore('killed', async (target) => {
        for (;;) {
          const version = (await target.versions()).find(({ serial }) => serial === 2);
          const table = version?.tables[0];
          const rows = table ? await target.count(table).catch(() => 0) : 0;
          if (rows >= 100) return rows;
          expect(child.exitCode).toBeNull();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      });
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      expect(loaded).toBeLessThan(LARGE);
      expect(await at.liveSerials('killed')).toEqual([1]);
      const reader = await at.reading('killed');
      expect(await reader.search(userOf(at.bundles.first, 1), TOP)).toEqual(
        exactTop(at.bundles.first, userOf(at.bundles.first, 1), TOP),
      );
      const result = await at.publish(at.bundles.large, { name: 'killed', users: false, batchSize: 25, floor: 0.9 });
      expect(result).toMatchObject({ serial: 2, wasLive: false });
      expect(result.tables[0].from).toBeGreaterThanOrEqual(75);
      expect(result.tables[0].from).toBeLessThan(LARGE);
      const found = await reader.search(userOf(at.bundles.large, 1), TOP);
      expect(
        found.filter((id) => exactTop(at.bundles.large, userOf(at.bundles.large, 1), TOP).includes(id)).length,
      ).toBeGreaterThanOrEqual(8);
      expect(await reader.row('user', at.bundles.first.userIds[3]).catch(() => undefined)).toBeUndefined();
      await reader.close();
    },
    120_000,
  );

  describe.runIf(at.isThere)('over a connection that breaks', () => {
    it('goes on where it breaks in passing', async ({ skip }) => {
      if (at.server.port === undefined) return skip();
      const proxy = await startProxy(at.server.port);
      try {
        proxy.cutAfter(60_000, 3);
        await at.publish(at.bundles.large, {
          name: 'breaks',
          to: at.server.url(proxy.port),
          users: false,
          floor: 0.9,
          batchSize: 100,
        });
        expect(proxy.cuts).toBeGreaterThanOrEqual(2);
        expect((await at.versions('breaks')).map(({ isLive }) => isLive)).toEqual([true]);
      } finally {
        await proxy.close();
      }
    });

    it('leaves the old version live where it stays broken, and tells no secret', async ({ skip }) => {
      if (at.server.port === undefined) return skip();
      await at.publish(at.bundles.first, { name: 'lost' });
      const proxy = await startProxy(at.server.port);
      try {
        const reporter = {
          ...SILENT,
          progress: () => ({ update: (done: number) => done >= 2_000 && proxy.cutAfter(0), finish: () => {} }),
        };
        const lost = at.publish(at.bundles.large, {
          name: 'lost',
          to: at.server.url(proxy.port),
          batchSize: 100,
          users: false,
          reporter,
        });
        const error = await lost.then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        expect(error).toMatchObject({ code: 'PUBLISH_FAILED' });
        expect(error!.message).toContain('127.0.0.1');
        expect(error!.message).not.toMatch(/s3cret/);
      } finally {
        await proxy.close();
      }
      expect(await at.liveSerials('lost')).toEqual([1]);
      await at.server.restart?.();
      expect(await at.liveSerials('lost')).toEqual([1]);
      const result = await at.publish(at.bundles.large, { name: 'lost', batchSize: 100, users: false, floor: 0.9 });
      expect(result.serial).toBe(2);
      expect(result.tables[0].from).toBeGreaterThanOrEqual(1_800);
    });
  });
}
