import { describe, expect, test } from '@jest/globals';
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
