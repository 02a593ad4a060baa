/**
 * Returns the line of a program in the stack of an error: the first frame in the program, in the formats of Chrome
 * (`at f (02-xor-layers.ts:4:11)`) and of Firefox and Safari (`f@02-xor-layers.ts:4:11`).
 *
 * @param name name of the program in stacks
 * @returns line, from 1; null if no frame is in the program
 */
export function errorLine(stack: string, name: string): number | null {
  for (const line of stack.split('\n')) {
    const at = line.lastIndexOf(`${name}:`);
    const [, number] = at < 0 ? [] : (/^:(\d+)/.exec(line.slice(at + name.length)) ?? []);
    if (number !== undefined) return Number(number);
  }
  return null;
}
