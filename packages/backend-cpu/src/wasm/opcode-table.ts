/** Union type of the words in a string type, which are separated by spaces. */
type Words<Text extends string, Found = never> = Text extends `${infer First} ${infer Rest}`
  ? Words<Rest, Found | First>
  : Exclude<Found | Text, '_'>;

/**
 * Returns a table of opcodes numbered consecutively from `first`; `_` skips a number. An instruction with a prefix byte
 * (0xfc, 0xfd, 0xfe) has the opcode prefix * 0x1000 + number: `0xfd0e4` is `fd e4`.
 */
export function opcodes<const Text extends string>(
  first: number,
  names: Text,
): { readonly [K in Words<Text>]: number } {
  const table: Record<string, number> = {};
  names.split(' ').forEach((name, position) => {
    if (name !== '_') table[name] = first + position;
  });
  return table as { [K in Words<Text>]: number };
}

/** A load or store instruction: its opcode, and the base-2 logarithm of its size in bytes (the natural alignment). */
export interface MemoryOpcode {
  readonly code: number;
  readonly alignment: number;
}

/** Returns a table of memory instructions of the same size, numbered consecutively from `first`; `_` skips a number. */
export function memoryOpcodes<const Text extends string>(
  first: number,
  alignment: number,
  names: Text,
): { readonly [K in Words<Text>]: MemoryOpcode } {
  const table: Record<string, MemoryOpcode> = {};
  const codes: Readonly<Record<string, number>> = opcodes(first, names);
  for (const [name, code] of Object.entries(codes)) table[name] = { code, alignment };
  return table as { [K in Words<Text>]: MemoryOpcode };
}
