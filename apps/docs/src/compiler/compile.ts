import { parse } from 'es-module-lexer/js';
import { transform } from 'sucrase';

/** Settings of `compile`. */
export interface CompileOptions {
  /** Returns the URL of an imported module; undefined if programs cannot import it. */
  readonly resolve: (specifier: string) => string | undefined;
  /** Name in stacks, such as `02-xor-layers.ts`. */
  readonly name: string;
  /** The value of `import.meta.url`. Default: left to the browser. */
  readonly metaUrl?: string;
}

/** An error in the text of a program. */
export class CompileError extends Error {
  override readonly name = 'SyntaxError';
  /** Line in the program, from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
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
  for (const found of parse(code)[0]) {
    const replacement =
      found.type === 'import-meta' ? metaOf(metaUrl) : urlOf(found.specifier, found.type === 'dynamic');
    if (replacement === null) continue;
    result += code.slice(end, found.start) + replacement;
    end = found.end;
  }
  return `${result}${code.slice(end)}\n//# sourceURL=${name}\n`;

  function urlOf(specifier: string | null | undefined, isDynamic: boolean): string | null {
    // Computed when the program runs.
    if (specifier === null || specifier === undefined) return null;
    const url = resolve(specifier);
    if (url === undefined)
      throw new CompileError(`The module '${specifier}' is not available in this page.`, lineOf(specifier));
    return isDynamic ? JSON.stringify(url) : url;
  }

  function lineOf(specifier: string): number {
    return source.slice(0, Math.max(0, source.indexOf(specifier))).split('\n').length;
  }
}

function metaOf(url: string | undefined): string | null {
  return url === undefined ? null : `({ url: ${JSON.stringify(url)} })`;
}

function withoutTypes(source: string): string {
  try {
    // Unused imports stay, so that a misspelt name is an error.
    return transform(source, { transforms: ['typescript'], disableESTransforms: true, keepUnusedImports: true }).code;
  } catch (error) {
    throw compileErrorOf(error);
  }
}

/** Converts an error of sucrase, whose message ends in the line and column. */
function compileErrorOf(error: unknown): CompileError {
  const message = error instanceof Error ? error.message : String(error);
  const [, text = message, line = '1'] = /^(?:Error transforming[^:]*: )?(.*?) \((\d+):\d+\)$/s.exec(message) ?? [];
  return new CompileError(text, Number(line));
}
