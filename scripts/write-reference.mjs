/** `npm run docs:reference`: writes docs/reference/, see reference/pages.mjs. A test fails while a page is stale. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { referencePages } from './reference/pages.mjs';
import { ROOT, say } from './steps.mjs';

build();
for (const [file, text] of Object.entries(await referencePages())) {
  writeFileSync(join(ROOT, 'docs', 'reference', file), text);
  say(`docs/reference/${file} written`);
}
