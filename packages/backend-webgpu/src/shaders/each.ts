/** Calls a function for 0 … `count` - 1, and returns the results. */
export const each = <T>(count: number, write: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => write(i));
