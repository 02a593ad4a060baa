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
