/** Without the optional package: what is missing and how to get it. */
import { expect, it, vi } from 'vitest';
import { loadEcharts } from './load-echarts.js';

vi.mock('echarts', () => {
  throw Object.assign(new Error("Cannot find package 'echarts'"), { code: 'ERR_MODULE_NOT_FOUND' });
});

it('says how to get ECharts where it is not installed', async () => {
  await expect(loadEcharts()).rejects.toMatchObject({
    code: 'ECHARTS_MISSING',
    message: expect.stringContaining('npm install echarts@6'),
  });
});
