/** Output stream for progress, such as `process.stderr`. */
export interface ProgressOutput {
  /** Whether the output is a terminal, in which a line can be overwritten. */
  readonly isTTY?: boolean;
  /** Number of characters in a line of the terminal. */
  readonly columns?: number;
  /** Prints text unchanged. */
  write(text: string): unknown;
}

/** Returns the standard output of the program; undefined in pages, which have only a console. */
export function processOutput(): ProgressOutput | undefined {
  return typeof process === 'object' ? process.stdout : undefined;
}

/** Returns the standard output: the terminal in Node; elsewhere the console, which prints whole lines only. */
export function standardOutput(): ProgressOutput {
  const output = processOutput();
  return output?.isTTY ? output : { write: (text) => console.log(text.replace(/\n$/, '')) };
}

/** Cuts a line to the width of the terminal: a line that wraps cannot be overwritten. */
export function inOneRow(line: string, { columns = 0 }: ProgressOutput): string {
  return columns > 0 ? line.slice(0, columns - 1) : line;
}
