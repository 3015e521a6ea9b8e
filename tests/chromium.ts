/** A Chromium of the system, driven by playwright-core, whose own download of one is not used. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Its path; undefined where there is none. */
export function chromiumPath(): string | undefined {
  if (process.env.TWINLIGHT_CHROMIUM) return process.env.TWINLIGHT_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => {
    const names = readdirSync(folder);
    return NAMES.filter((name) => names.includes(name)).map((name) => join(folder, name));
  })[0];
}

export function launchChromium(executablePath: string): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  return chromium.launch({ executablePath, args, timeout: 150_000 });
}
