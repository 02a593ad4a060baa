/** The letters of an Einstein summation of an input and a kernel, with a character for each axis that `...` stands for. */
export interface EinsumAxes {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
}

/** Private characters for the axes of `...`. */
const ELIDED = 0xe000;

/**
 * Parses a valid equation of `einsumDense`.
 *
 * @param rank number of axes of the input
 */
export function einsumAxes(equation: string, rank: number): EinsumAxes {
  const [operands, result] = equation.split('->');
  const [first, kernel] = operands.split(',');
  const elided = rank - first.replace('...', '').length;
  const characters = Array.from({ length: elided }, (_, i) => String.fromCharCode(ELIDED + i)).join('');
  return { input: first.replace('...', characters), kernel, output: result.replace('...', characters) };
}

/** Returns the axes of `letters` that are not in `output`: a product sums over them. */
export function summedAxes(letters: string, output: string): readonly number[] {
  return [...letters].flatMap((letter, axis) => (output.includes(letter) ? [] : [axis]));
}

/**
 * Returns how the scale of an operand, which has length 1 along the summed axes, broadcasts to the output: the order of its
 * axes, and its shape with 1 for the axes that the operand lacks.
 */
export function scaleInOutput(
  letters: string,
  output: string,
  shape: readonly number[],
): { readonly axes: readonly number[]; readonly shape: readonly number[] } {
  const kept = [...output].filter((letter) => letters.includes(letter));
  return {
    axes: [...kept.map((letter) => letters.indexOf(letter)), ...summedAxes(letters, output)],
    shape: [...output].map((letter) => (letters.includes(letter) ? shape[letters.indexOf(letter)] : 1)),
  };
}
