import { afterEach, describe, expect, test } from '@jest/globals';
import { layOut } from './lay-out.ts';
import { runForms } from './run-forms.ts';
import { packOf, removeFolders, temporaryFolder } from './tarball.fixture.ts';

afterEach(removeFolders);

const exports = { '.': { default: './index.js' } };
const leaf = () => packOf({ name: '@s/leaf', exports }, { 'index.js': "export const leaf = 'leaf';" });
const user = (dependencies: Record<string, string>) =>
  packOf({ name: 'user', exports, dependencies }, { 'index.js': "export { leaf } from '@s/leaf';" });
const program = "import { leaf } from 'user';\nreport(leaf);";

describe.each(['Node', 'esbuild'] as const)('a program in a project laid out by layOut, run by %s', (form) => {
  test('can import the declared dependencies of its packages', async () => {
    const layout = await layOut([leaf(), user({ '@s/leaf': '1.0.0' })], temporaryFolder());
    const project = await layout.project('declared', ['user']);
    expect(await runForms[form](project, program)).toBe('leaf');
  });

  test('cannot import undeclared dependencies of its packages, even if the project contains them', async () => {
    const layout = await layOut([leaf(), user({})], temporaryFolder());
    const project = await layout.project('undeclared', ['user', '@s/leaf']);
    await expect(runForms[form](project, program)).rejects.toThrow();
  });
});

test('a bundled program runs with the globals of a page and without those of Node', async () => {
  const layout = await layOut([leaf()], temporaryFolder());
  const project = await layout.project('page', ['@s/leaf']);
  expect(await runForms.esbuild(project, 'report(typeof process + typeof WebAssembly);')).toBe('undefinedobject');
});
