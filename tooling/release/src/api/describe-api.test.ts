import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { describeApi } from './describe-api.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Returns the lines of the code block in the API report of a package that consists of the given files. */
function reported(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-api-'));
  folders.push(folder);
  mkdirSync(join(folder, 'dist'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'dist', name), text);
  const manifest = { name: 'p', version: '1.0.0', exports: { '.': { types: './dist/index.d.ts' } } };
  const report = describeApi({ name: 'p', folder, manifest });
  return report.split('```')[1].split('\n').slice(1, -1);
}

test('describeApi sorts exports by name and omits comments and export keywords', () => {
  const index = '/** B. */\nexport declare function b(x: number /* why */): void;\nexport type A = 1;\nexport {};\n';
  expect(reported({ 'index.d.ts': index })).toEqual(['type A = 1;', 'function b(x: number ): void;']);
});

test('describeApi includes re-exports from other modules: by name, with a star, and as a namespace', () => {
  expect(
    reported({
      'index.d.ts':
        "export { one as first } from './a.ts';\nexport * from './b.ts';\nexport * as more from './a.ts';\n",
      'a.d.ts': 'export declare const one: 1;\nexport declare const two: 2;\n',
      'b.d.ts': 'export declare const three: 3;\n',
    }),
  ).toEqual([
    '// first is:',
    'const one: 1;',
    'namespace more {',
    '    // one: above',
    '    const two: 2;',
    '}',
    'const three: 3;',
  ]);
});

test('describeApi lists re-exports from other packages by name only', () => {
  const index = "export { A } from 'q';\nexport * from 'r';\nexport * as s from 's';\n";
  expect(reported({ 'index.d.ts': index })).toEqual([
    "export * from 'r';",
    "export { A } from 'q';",
    "export * as s from 's';",
  ]);
});

test('describeApi lists unexported types after the exports that refer to them, directly or through other types', () => {
  expect(
    reported({
      'index.d.ts': "import { Hidden } from './hidden.ts';\nexport declare function f(hidden: Hidden): void;\n",
      'hidden.d.ts': 'type Deeper = 1;\ntype Unused = 2;\nexport interface Hidden {\n    x: Deeper;\n}\n',
    }),
  ).toEqual([
    'function f(hidden: Hidden): void;',
    '',
    '// Not exported, and named above:',
    'interface Hidden {',
    '    x: Deeper;',
    '}',
    'type Deeper = 1;',
  ]);
});

test('describeApi keeps overloads together, and does not take property names for types', () => {
  const index = 'declare const x: 1;\nexport declare function f(): { x: 1 };\nexport declare function f(a: 1): 2;\n';
  expect(reported({ 'index.d.ts': index })).toEqual(['function f(): { x: 1 };', 'function f(a: 1): 2;']);
});
