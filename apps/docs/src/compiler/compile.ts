import { parse } from 'acorn';
import { transform } from 'sucrase';
import type { ExportTable } from '../library/export-table.ts';
import { CompileError } from './compile-error.ts';
import { importsOf } from './imports-of.ts';
import { narrowImports } from './narrow-imports.ts';

/** Settings of `compile`. */
export interface CompileOptions {
  /** Returns the URL of an imported module; undefined if programs cannot import it. */
  readonly resolve: (specifier: string) => string | undefined;
  /** Name in stacks, such as `02-xor-layers.ts`. */
  readonly name: string;
  /** The value of `import.meta.url`. Default: left to the browser. */
  readonly metaUrl?: string;
  /** The files that contain the exports of modules. With them, a program loads only what it uses. */
  readonly library?: { readonly table: ExportTable; readonly urlOf: (file: string) => string };
}

/**
 * Compiles a program: removes types, keeping all line numbers, and replaces the specifiers of imported modules by URLs. Import
 * maps would not help, because they do not apply in workers.
 *
 * @throws CompileError for invalid syntax, and for modules that cannot be imported
 */
export function compile(source: string, { resolve, name, metaUrl, library }: CompileOptions): string {
  const code = withoutTypes(source);
  const program = parsed(code);
  const { replacements: narrow, missing } =
    library === undefined ? { replacements: [], missing: [] } : narrowImports(program, library.table, library.urlOf);
  for (const { start, message } of missing) throw new CompileError(message, lineAt(start));
  const others = importsOf(program).flatMap(({ start, end, specifier }) => {
    if (specifier === null && metaUrl === undefined) return [];
    if (narrow.some((one) => one.start <= start && end <= one.end)) return [];
    return [{ start, end, text: replacementOf(specifier, start) }];
  });
  let result = '';
  let end = 0;
  for (const found of [...narrow, ...others].sort((a, b) => a.start - b.start)) {
    // Later lines keep their numbers.
    const lines = code.slice(found.start, found.end).split('\n').length - 1;
    result += code.slice(end, found.start) + found.text + '\n'.repeat(lines);
    end = found.end;
  }
  return `${result}${code.slice(end)}\n//# sourceURL=${name}\n`;

  function lineAt(start: number): number {
    return code.slice(0, start).split('\n').length;
  }

  function replacementOf(specifier: string | null, start: number): string {
    if (specifier === null) return `({ url: ${JSON.stringify(metaUrl)} })`;
    const url = resolve(specifier);
    if (url !== undefined) return JSON.stringify(url);
    throw new CompileError(`The module '${specifier}' is not available in this page.`, lineAt(start));
  }
}

/** Removes types. */
function withoutTypes(source: string): string {
  try {
    // Unused imports stay, so that a misspelt name is an error.
    return transform(source, { transforms: ['typescript'], disableESTransforms: true, keepUnusedImports: true }).code;
  } catch (error) {
    throw compileErrorOf(error);
  }
}

/** Parses JavaScript. This also finds errors that browsers report without a line, such as two declarations of a name. */
function parsed(code: string) {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    throw compileErrorOf(error);
  }
}

/** Converts an error of sucrase or acorn, whose message ends in the line and column. */
function compileErrorOf(error: unknown): CompileError {
  const message = error instanceof Error ? error.message : String(error);
  const [, text = message, line = '1'] = /^(?:Error transforming[^:]*: )?(.*?) \((\d+):\d+\)$/s.exec(message) ?? [];
  return new CompileError(text, Number(line));
}
