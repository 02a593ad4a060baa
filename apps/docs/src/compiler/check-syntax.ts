import { parse } from 'acorn';
import { CompileError } from './compile.ts';

/**
 * Checks a compiled program for errors that browsers report without a line, such as two declarations of a name.
 *
 * @throws CompileError with the line of the first error
 */
export function checkSyntax(code: string): void {
  try {
    parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, message = error.message, line = '1'] = /^(.*) \((\d+):\d+\)$/s.exec(error.message) ?? [];
    throw new CompileError(message, Number(line));
  }
}
