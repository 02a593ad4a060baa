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

/** Default value of variable lengths other than the batch size, if no given input determines them. */
const LENGTH = 32;

/** Returns a map from the name of each variable length of a program family to the default length. */
export function usualLengths({ openLengths = [] }: ProgramFamily): Readonly<Record<string, number>> {
  return Object.fromEntries(openLengths.map((name) => [name, LENGTH]));
}

/** Determines the batch size and other variable lengths from the shapes of the given inputs. */
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
    lengthWhere(shapes(1, { ...usual, [name]: 2 * LENGTH })) ?? LENGTH,
  ]);
  return { size: lengthWhere(shapes(2, usual)) ?? 1, lengths: Object.fromEntries(found) };
}

/** Creates one array of random values for each type: floats in [-1, 1), and integers 0 or 1. */
export function randomInputs(types: readonly TensorType[], seed: number): readonly HostArray[] {
  const next = randomNumbers(seed);
  return types.map(({ dtype, shape }) => {
    const data = dtypes[dtype].create(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = isFloat(dtype) ? 2 * next() - 1 : Math.floor(2 * next());
    return hostArray(dtype, shape, data);
  });
}

/**
 * Returns a seeded generator of numbers in [0, 1) (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", 2014, with 32 bits).
 */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
