/** Whether what is printed goes to a terminal, where a line can be written over. */
export function isTerminal(): boolean {
  return typeof process === 'object' && process.stdout?.isTTY === true;
}

/** Prints text as it is: without a new line in a terminal, a line at a time elsewhere. */
export function print(text: string): void {
  if (isTerminal()) process.stdout.write(text);
  else console.log(text.replace(/\n$/, ''));
}

/** A line that a terminal shows in one row, so that it can be written over. */
export function inOneRow(line: string): string {
  const columns = isTerminal() ? process.stdout.columns : 0;
  return columns > 0 ? line.slice(0, columns - 1) : line;
}
