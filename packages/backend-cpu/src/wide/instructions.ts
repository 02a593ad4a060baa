/** What an instruction does to the stack, and what follows its opcode. `value` stands for all that push without popping. */
export type Effect =
  | 'value'
  | 'unary'
  | 'binary'
  | 'ternary'
  | 'load'
  | 'store'
  | 'loadLane'
  | 'storeLane'
  | 'extract'
  | 'replace'
  | 'shuffle'
  | 'atomic'
  | 'fill'
  | 'fence'
  | 'unknown';

/** Consecutive opcodes with the same effect: the last one, and the effect. */
type Range = readonly [last: number, effect: Effect];

/** Instructions without a prefix, behind those for control and locals. */
const plain: readonly Range[] = [
  [0x27, 'unknown'],
  [0x35, 'load'],
  [0x3e, 'store'],
  [0x40, 'unknown'],
  [0x44, 'value'],
  [0x45, 'unary'],
  [0x4f, 'binary'],
  [0x50, 'unary'],
  [0x66, 'binary'],
  [0x69, 'unary'],
  [0x78, 'binary'],
  [0x7b, 'unary'],
  [0x8a, 'binary'],
  [0x91, 'unary'],
  [0x98, 'binary'],
  [0x9f, 'unary'],
  [0xa6, 'binary'],
  [0xc4, 'unary'],
];

/** Instructions with the prefix of SIMD. */
const simd: readonly Range[] = [
  [0x0a, 'load'],
  [0x0b, 'store'],
  [0x0c, 'value'],
  [0x0d, 'shuffle'],
  [0x0e, 'binary'],
  [0x14, 'unary'],
  [0x16, 'extract'],
  [0x17, 'replace'],
  [0x19, 'extract'],
  [0x1a, 'replace'],
  [0x1b, 'extract'],
  [0x1c, 'replace'],
  [0x1d, 'extract'],
  [0x1e, 'replace'],
  [0x1f, 'extract'],
  [0x20, 'replace'],
  [0x21, 'extract'],
  [0x22, 'replace'],
  [0x4c, 'binary'],
  [0x4d, 'unary'],
  [0x51, 'binary'],
  [0x52, 'ternary'],
  [0x53, 'unary'],
  [0x57, 'loadLane'],
  [0x5b, 'storeLane'],
  [0x5d, 'load'],
  [0x64, 'unary'],
  [0x66, 'binary'],
  [0x6a, 'unary'],
  [0x73, 'binary'],
  [0x75, 'unary'],
  [0x79, 'binary'],
  [0x7a, 'unary'],
  [0x7b, 'binary'],
  [0x81, 'unary'],
  [0x82, 'binary'],
  [0x84, 'unary'],
  [0x86, 'binary'],
  [0x8a, 'unary'],
  [0x93, 'binary'],
  [0x94, 'unary'],
  [0x9f, 'binary'],
  [0xaa, 'unary'],
  [0xbf, 'binary'],
  [0xca, 'unary'],
  [0xdf, 'binary'],
  [0xe3, 'unary'],
  [0xeb, 'binary'],
  [0xef, 'unary'],
  [0xf7, 'binary'],
  [0xff, 'unary'],
  [0x100, 'binary'],
  [0x104, 'unary'],
  [0x10c, 'ternary'],
  [0x112, 'binary'],
  [0x113, 'ternary'],
];

/** Returns the effect of an opcode. An instruction with a prefix byte has the opcode prefix * 0x1000 + number. */
export function effectOf(code: number): Effect {
  if (code < 0xfc) return effectIn(plain, code);
  const number = code & 0xfff;
  switch (code >> 12) {
    case 0xfc:
      return number <= 7 ? 'unary' : number === 11 ? 'fill' : 'unknown';
    case 0xfd:
      return effectIn(simd, number);
    default:
      return number === 3 ? 'fence' : number === 0x1e ? 'atomic' : 'unknown';
  }
}

function effectIn(ranges: readonly Range[], code: number): Effect {
  return ranges.find(([last]) => code <= last)?.[1] ?? 'unknown';
}
