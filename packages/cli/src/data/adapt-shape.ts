import { type HostArray, hostArray, ManabiError, type PartialShape } from 'manabi';

/**
 * Reshapes samples to the input shape of a network. Images with one channel may have any of the shapes `[28, 28]`,
 * `[28, 28, 1]`, `[1, 28, 28]` and `[784]`, since the order of the pixels is the same.
 *
 * @param input input shape of the network, including the batch
 * @param source name of the network, used in messages
 * @throws ManabiError `shape` if the shapes do not match
 */
export function adaptShape(samples: HostArray, input: PartialShape, source: string): HostArray {
  const [count, ...row] = samples.shape;
  const expected = input.slice(1);
  const found = formsOf(row).find((form) => fits(form, expected));
  if (found !== undefined) return hostArray(samples.dtype, [count, ...found], samples.data);
  throw new ManabiError(
    'shape',
    `${source} expects samples of shape ${text(expected)}; got ${text(row)}. Reshape or resize the data.`,
    { data: { source, input: expected, sample: row } },
  );
}

/** Returns all shapes that one sample may have with the same order of elements, starting with its current shape. */
function formsOf(row: readonly number[]): readonly (readonly number[])[] {
  const size = row.reduce((product, length) => product * length, 1);
  const sides = row.filter((length) => length !== 1);
  const side = Math.sqrt(size);
  const square = sides.length === 1 && Number.isInteger(side) ? [side, side] : sides;
  return [row, square, [...square, 1], [1, ...square], [size], [size, 1]];
}

function fits(form: readonly number[], expected: PartialShape): boolean {
  return form.length === expected.length && form.every((length, i) => expected[i] === null || expected[i] === length);
}

function text(shape: PartialShape): string {
  return `[${shape.map(String).join(', ')}]`;
}
