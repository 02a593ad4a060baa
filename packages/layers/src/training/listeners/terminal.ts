/** Where progress is shown: `process.stderr`, or anything like it. */
export interface ProgressOutput {
  /** Whether it is a terminal, where a line can be written over. */
  readonly isTTY?: boolean;
  /** Characters in a row of the terminal. */
  readonly columns?: number;
  /** Prints text as it is. */
  write(text: string): unknown;
}

/** Whether what is printed goes to a terminal, where a line can be written over. */
export function isTerminal(): boolean {
  return standardOutput().isTTY === true;
}

/** The terminal, or the console: without a new line in a terminal, a line at a time elsewhere. */
export function standardOutput(): ProgressOutput {
  if (typeof process === 'object' && process.stdout?.isTTY === true) return process.stdout;
  return { write: (text) => console.log(text.replace(/\n$/, '')) };
}

/** A line that a terminal shows in one row, so that it can be written over. */
export function inOneRow(line: string, { columns = 0 }: ProgressOutput): string {
  return columns > 0 ? line.slice(0, columns - 1) : line;
}
