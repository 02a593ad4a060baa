// The code of this folder shares nothing with the code that pages download first: bundlers move what they share to a file of its own,
// which compresses worse.

/** Returns an integer in [0, 2^53 - 1] as unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Returns a part of a module behind its length. */
export function sized(part: readonly number[]): number[] {
  return [unsigned(part.length), part].flat();
}

/** Returns a list behind its length; each element is given as bytes. */
export function listOf(elements: readonly (readonly number[])[]): number[] {
  return [unsigned(elements.length), ...elements].flat();
}

/** Returns a name: its length in bytes, then UTF-8. */
export function named(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}
