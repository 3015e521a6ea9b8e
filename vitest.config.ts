import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// the software device of `npm run setup:webgpu`: inherited by the workers, since drivers are chosen when they are loaded
const softwareDevice = fileURLToPath(new URL('.cache/webgpu/vk_swiftshader_icd.json', import.meta.url));
if (existsSync(softwareDevice)) process.env.VK_DRIVER_FILES ??= softwareDevice;

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // the default leaves one core idle, which on two cores is half of them
    maxWorkers: '100%',
  },
});
