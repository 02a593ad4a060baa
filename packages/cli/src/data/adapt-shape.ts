import { type HostArray, hostArray, ManabiError, type PartialShape } from 'manabi';

/**
 * Samples in the shape that a network takes. Images of one channel have several shapes with the same elements in the same
 * order: `[28, 28]`, `[28, 28, 1]`, `[1, 28, 28]`, `[784]`.
 *
 * @param input shape of the network's input, with the batch
 * @throws ManabiError `shape` if it cannot take them, naming both shapes
 */
export function adaptShape(samples: HostArray, input: PartialShape, source: string): HostArray {
  const [count, ...row] = samples.shape;
  const wanted = input.slice(1);
  const found = formsOf(row).find((form) => fits(form, wanted));
  if (found !== undefined) return hostArray(samples.dtype, [count, ...found], samples.data);
  throw new ManabiError(
    'shape',
    `${source} takes ${text(wanted)} for each sample, and the data have ${text(row)}: they do not hold the same elements.`,
    { data: { source, input: wanted, sample: row } },
  );
}

/** Shapes with the elements of a row in the same order, the row's own first. */
function formsOf(row: readonly number[]): readonly (readonly number[])[] {
  const size = row.reduce((product, length) => product * length, 1);
  const sides = row.filter((length) => length !== 1);
  const side = Math.sqrt(size);
  const square = sides.length === 1 && Number.isInteger(side) ? [side, side] : sides;
  return [row, square, [...square, 1], [1, ...square], [size], [size, 1]];
}

function fits(form: readonly number[], wanted: PartialShape): boolean {
  return form.length === wanted.length && form.every((length, i) => wanted[i] === null || wanted[i] === length);
}

function text(shape: PartialShape): string {
  return `[${shape.map(String).join(', ')}]`;
}
