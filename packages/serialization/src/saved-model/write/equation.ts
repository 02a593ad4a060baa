import type { Attributes } from '@manabi/ir';

/** Returns the formula of a product in Einstein notation. */
export function equationOf({ batch, contract }: Attributes['dot'], leftRank: number, rightRank: number): string {
  const letter = (i: number): string => String.fromCharCode(i < 26 ? 97 + i : 65 + i - 26);
  const left = Array.from({ length: leftRank }, (_, i) => letter(i));
  const right = Array.from({ length: rightRank }, (_, i) => letter(leftRank + i));
  for (const [from, to] of [...batch, ...contract]) right[to] = left[from];
  const leftUsed = new Set([...batch, ...contract].map(([axis]) => axis));
  const rightUsed = new Set([...batch, ...contract].map(([, axis]) => axis));
  const result = [
    ...batch.map(([axis]) => left[axis]),
    ...left.filter((_, axis) => !leftUsed.has(axis)),
    ...right.filter((_, axis) => !rightUsed.has(axis)),
  ];
  return `${left.join('')},${right.join('')}->${result.join('')}`;
}
