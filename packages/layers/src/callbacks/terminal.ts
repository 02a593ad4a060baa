/** Whether what is printed goes to a terminal, where a line can be written over. */
export function isTerminal(): boolean {
  return typeof process === 'object' && process.stdout?.isTTY === true;
}

/** Prints text as it is: without a new line in a terminal, a line at a time elsewhere. */
export function print(text: string): void {
  if (isTerminal()) process.stdout.write(text);
  else console.log(text.replace(/\n$/, ''));
}
