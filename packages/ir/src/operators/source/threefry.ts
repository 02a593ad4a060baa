import type { ElementContext } from '../lowering.ts';

/**
 * Rotation constants of Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as
 * 1, 2, 3", SC 2011). The generator mixes two counter words with two key words by additions, rotations and exclusive
 * ors.
 */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/**
 * Constant that is combined with both key words to form the third word of the key schedule. Because of it, that word is
 * not zero if the key is zero.
 */
const PARITY = 0x1bd11bda;

/** Number of groups of four rounds; the words of the key are added after each group. */
const GROUPS = 5;

/** Returns the two uint32 words of Threefry-2x32 for a key and a counter. */
export function threefry(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ PARITY];
  let x = (counter[0] + schedule[0]) | 0;
  let y = (counter[1] + schedule[1]) | 0;
  for (let group = 0; group < GROUPS; group++) {
    for (const rotation of ROTATIONS[group % 2]) {
      x = (x + y) | 0;
      y = ((y << rotation) | (y >>> (32 - rotation))) ^ x;
    }
    x = (x + schedule[(group + 1) % 3]) | 0;
    y = (y + schedule[(group + 2) % 3] + group + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
}

/** Emits the computation of the first word of Threefry for counter (`counter`, 0), in uint32 scalars. */
export function threefryElement<S>(context: ElementContext<S>, key: readonly [S, S], counter: S): S {
  const word = (value: number) => context.constant(value, 'uint32');
  const add = (a: S, b: S) => context.instruction('add', [a, b]);
  const xor = (a: S, b: S) => context.instruction('xor', [a, b]);
  const rotate = (a: S, by: number) =>
    context.instruction('or', [
      context.instruction('shiftLeft', [a, word(by)]),
      context.instruction('shiftRight', [a, word(32 - by)]),
    ]);
  const schedule = [key[0], key[1], xor(xor(key[0], key[1]), word(PARITY))];
  let x = add(counter, schedule[0]);
  let y = schedule[1];
  for (let group = 0; group < GROUPS; group++) {
    for (const rotation of ROTATIONS[group % 2]) {
      x = add(x, y);
      y = xor(rotate(y, rotation), x);
    }
    x = add(x, schedule[(group + 1) % 3]);
    y = add(add(y, schedule[(group + 2) % 3]), word(group + 1));
  }
  return x;
}
