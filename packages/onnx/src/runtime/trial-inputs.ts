import {
  dtypes,
  type HostArray,
  hostArray,
  inputTypes,
  isFloat,
  type ProgramFamily,
  type Shape,
  sizeOf,
  type TensorType,
} from '@manabi/ir';

/** Length of an open axis other than the batch, unless given inputs determine it. */
const LENGTH = 32;

/** Returns the default length of the open axes, by the name of each open length. */
export function usualLengths({ openLengths = [] }: ProgramFamily): Readonly<Record<string, number>> {
  return Object.fromEntries(openLengths.map((name) => [name, LENGTH]));
}

/** Returns the batch size and open lengths of given inputs, read from the axes that depend on them. */
export function sizesOf(
  family: ProgramFamily,
  inputs: readonly HostArray[],
): { readonly size: number; readonly lengths: Readonly<Record<string, number>> } {
  const shapes = (size: number, lengths: Readonly<Record<string, number>>): readonly Shape[] =>
    inputTypes(family.graph(size, lengths))
      .slice(family.parameters.size)
      .map(({ shape }) => shape);
  const usual = usualLengths(family);
  const before = shapes(1, usual);
  const lengthWhere = (after: readonly Shape[]): number | undefined =>
    inputs.flatMap(({ shape }, i) => shape.filter((_, axis) => before[i]?.[axis] !== after[i]?.[axis]))[0];
  const found = Object.keys(usual).map((name) => [
    name,
    lengthWhere(shapes(1, { ...usual, [name]: LENGTH + 1 })) ?? LENGTH,
  ]);
  return { size: lengthWhere(shapes(2, usual)) ?? 1, lengths: Object.fromEntries(found) };
}

/** Creates arrays of random values: floats in [-1, 1), integers 0 and 1. */
export function randomInputs(types: readonly TensorType[], seed: number): readonly HostArray[] {
  const next = randomNumbers(seed);
  return types.map(({ dtype, shape }) => {
    const data = dtypes[dtype].create(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = isFloat(dtype) ? 2 * next() - 1 : Math.floor(2 * next());
    return hostArray(dtype, shape, data);
  });
}

/** Generates numbers in [0, 1): Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), in 32 bits. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
