import { expect, it } from 'vitest';
import { loadOptionalPackage } from './optional-package.js';

it('gives what a package exports', () => {
  expect(
    loadOptionalPackage<{ Command: unknown }>('this', { package: 'commander', version: '14.0.3' }).Command,
  ).toBeTypeOf('function');
});

it('says how to get one that is absent', () => {
  const load = () => loadOptionalPackage('publishing', { package: '@nobody/has-this', version: '1.2.3' });
  expect(load).toThrow(expect.objectContaining({ code: 'PACKAGE_MISSING', exitCode: 2 }));
  expect(load).toThrow(
    'publishing takes the package @nobody/has-this, which is not installed: npm install @nobody/has-this@1.2.3',
  );
});
