/**
 * `npm run docs`: the API's reference as web pages in build/docs/, by TypeDoc, from the declarations that are published and their
 * comments. A warning, such as a link that leads nowhere, is an error. Nothing is fetched.
 *
 * TypeDoc calls TypeScript's JavaScript API, which version 7 no longer has. It gets the last one that has it, under a name of its
 * own in package.json, by the hook below; `overrides` there keeps npm from asking for it in place of the compiler. The name comes
 * after `typescript`, since of two packages with a command `tsc` npm links that of the first.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT, say } from './steps.mjs';

const HOOK = `export const resolve = (name, context, next) =>
  next(name === 'typescript' ? 'typescript-for-typedoc' : name, context);`;

const OUT = join(ROOT, 'build', 'docs');

build();
register(`data:text/javascript,${encodeURIComponent(HOOK)}`);
const { Application } = await import('typedoc');

/** The declarations of what package.json exports; the whole last, so that a thing is told where its part is. */
function entryPoints() {
  const { exports: entries } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { '.': whole, ...parts } = entries;
  return [...Object.values(parts), whole].flatMap(({ types }) => (types ? [join(ROOT, types)] : []));
}

const application = await Application.bootstrap({
  name: 'twinlight',
  entryPoints: entryPoints(),
  tsconfig: join(ROOT, 'tsconfig.docs.json'),
  basePath: join(ROOT, 'dist'),
  disableSources: true,
  // what is handed on of tfjs and zod has its own reference
  excludeExternals: true,
  readme: join(ROOT, 'docs', 'how-to', 'use-from-code.md'),
  out: OUT,
  githubPages: false,
  // types inside of signatures need not be exported to be used
  validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true },
  treatWarningsAsErrors: true,
});
const project = await application.convert();
if (project) {
  application.validate(project);
  await application.generateOutputs(project);
}
process.exitCode = !project || application.logger.hasErrors() || application.logger.hasWarnings() ? 1 : 0;
if (process.exitCode === 0) say(`docs: ${join(OUT, 'index.html')}`);
