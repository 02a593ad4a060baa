import { parse } from 'acorn';
import { transform } from 'sucrase';
import { CompileError } from './compile-error.ts';
import { importsOf } from './imports-of.ts';

/** Settings of `compile`. */
export interface CompileOptions {
  /** Returns the URL of an imported module; undefined if programs cannot import it. */
  readonly resolve: (specifier: string) => string | undefined;
  /** Name in stacks, such as `02-xor-layers.ts`. */
  readonly name: string;
  /** The value of `import.meta.url`. Default: left to the browser. */
  readonly metaUrl?: string;
}

/**
 * Compiles a program: removes types, keeping all line numbers, and replaces the specifiers of imported modules by URLs. Import
 * maps would not help, because they do not apply in workers.
 *
 * @throws CompileError for invalid syntax, and for modules that cannot be imported
 */
export function compile(source: string, { resolve, name, metaUrl }: CompileOptions): string {
  const code = withoutTypes(source);
  let result = '';
  let end = 0;
  for (const found of importsOf(parsed(code))) {
    if (found.specifier === null && metaUrl === undefined) continue;
    result += code.slice(end, found.start) + replacementOf(found.specifier, found.start);
    end = found.end;
  }
  return `${result}${code.slice(end)}\n//# sourceURL=${name}\n`;

  function replacementOf(specifier: string | null, start: number): string {
    if (specifier === null) return `({ url: ${JSON.stringify(metaUrl)} })`;
    const url = resolve(specifier);
    if (url !== undefined) return JSON.stringify(url);
    const line = code.slice(0, start).split('\n').length;
    throw new CompileError(`The module '${specifier}' is not available in this page.`, line);
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
