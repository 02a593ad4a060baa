import { describe, expect, test } from '@jest/globals';
import type { ExportTable } from '../library/export-table.ts';
import { compile } from './compile.ts';
import { CompileError } from './compile-error.ts';

const urls: Readonly<Record<string, string>> = { manabi: 'https://a.example/lib/manabi.js' };
const options = { resolve: (specifier: string) => urls[specifier], name: 'a.ts' };

/** Returns the error of a program. */
function errorOf(source: string): unknown {
  try {
    compile(source, options);
  } catch (error) {
    return error;
  }
  return null;
}

describe('compile', () => {
  test('removes types, keeps lines, and replaces specifiers', () => {
    const source = [
      "import { type Tensor, add } from 'manabi';",
      "const later = await import('manabi');",
      'interface A {',
      '  readonly b: number;',
      '}',
      'const x: Tensor = add<number>(1, 2) as Tensor;',
    ].join('\n');
    const lines = compile(source, options).split('\n');
    expect(lines[0]).toMatch(/import {\s*add\s*} from "https:\/\/a\.example\/lib\/manabi\.js";/);
    expect(lines[1]).toBe('const later = await import("https://a.example/lib/manabi.js");');
    expect(lines[5]).toMatch(/^const x {0,1}= add\(1, 2\)\s*;/);
    expect(lines.at(-2)).toBe('//# sourceURL=a.ts');
  });

  test('keeps imports that nothing uses, so that misspelt names are errors', () => {
    expect(compile("import { ad } from 'manabi';", options)).toContain('ad');
  });

  test('replaces import.meta for code without an address of its own', () => {
    const code = compile("new URL('../data/a', import.meta.url)", {
      ...options,
      metaUrl: 'https://a.example/lib/b.js',
    });
    expect(code).toContain(`new URL('../data/a', ({ url: "https://a.example/lib/b.js" }).url)`);
  });

  describe('with the files of the library', () => {
    const table: ExportTable = {
      files: ['base.js', 'conv.js', 'modules/manabi.js'],
      exports: {
        manabi: { sequential: [0, 's'], layers: [2, 'layers'], tensor: [0, 't'] },
        'manabi/layers': { dense: [0, 'd'], conv2d: [1, 'c'] },
      },
      namespaces: { manabi: { layers: 'manabi/layers' }, 'manabi/layers': {} },
    };
    const library = { table, urlOf: (file: string) => `/lib/${file}` };
    const compiled = (source: string) => compile(source, { ...options, library }).replaceAll(/\s+/g, ' ');

    test('imports only what a program uses, with the members of namespaces', () => {
      const code = compiled(
        "import { layers, sequential as s } from 'manabi';\ns([layers.dense({}), layers.conv2d({ layers: 1 })]);",
      );
      expect(code).toContain('import { d as layers$dense, s as s } from "/lib/base.js";');
      expect(code).toContain('import { c as layers$conv2d } from "/lib/conv.js";');
      expect(code).toContain('const layers = { dense: layers$dense, conv2d: layers$conv2d };');
      expect(code).not.toContain('modules/manabi.js');
    });

    test.each(['Object.keys(layers);', "layers['dense'];", 'const a = { layers };', 'layers.unknown;'])(
      'imports the whole namespace for %s',
      (use) => {
        expect(compiled(`import { layers } from 'manabi';\n${use}`)).toContain(
          'import { layers as layers } from "/lib/modules/manabi.js";',
        );
      },
    );

    test('keeps other imports, and the numbers of lines', () => {
      const source = "import {\n  tensor,\n} from 'manabi';\nimport * as all from 'manabi';\nthrow all;";
      const lines = compile(source, { ...options, library }).split('\n');
      expect(lines[3]).toContain('https://a.example/lib/manabi.js');
      expect(lines[4]).toContain('throw all');
    });

    test('reports names that a module does not export, with their line', () => {
      const source = "import {\n  sequential,\n  ad,\n} from 'manabi';";
      expect(() => compile(source, { ...options, library })).toThrow(
        expect.objectContaining({ name: 'SyntaxError', line: 3, message: "The module 'manabi' has no export 'ad'." }),
      );
    });
  });

  test.each([
    ['an unknown module', "const a = 1;\nimport 'fs';", 2, /'fs' is not available/],
    ['a syntax error', 'const a = 1;\nconst b = ;', 2, /Unexpected token/],
    ['two declarations', 'const a = 1;\n\nconst a: number = 2;', 3, /already been declared/],
  ])('reports the line of %s', (_, source, line, message) => {
    const error = errorOf(source);
    expect(error).toBeInstanceOf(CompileError);
    expect(error).toMatchObject({ line, message: expect.stringMatching(message) });
  });
});
