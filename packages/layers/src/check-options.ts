import { describeGiven, ManabiError, type OptionNames } from '@manabi/core';
import { didYouMean, nearestNames } from '@manabi/errors';

/**
 * Checks that options are an object, of which nobody misspelled a name.
 *
 * @param op the function that has these options
 * @throws ManabiError `argument` for anything but an object, and for a name that is not known, with the nearest ones
 * @example `checkOptions('fit', options, { epochs: true, batchSize: true });`
 */
export function checkOptions<Options extends object>(
  op: string,
  options: Options,
  known: OptionNames<NoInfer<Options>>,
): void {
  checkOptionNames(op, options, Object.keys(known));
}

/**
 * As `checkOptions`, where the names are found at run time.
 *
 * @throws ManabiError as `checkOptions`
 */
export function checkOptionNames(op: string, options: object, known: readonly string[]): void {
  checkIsObject(op, options, known);
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new ManabiError('argument', `${op} has no option '${stranger}'. ${didYouMean(stranger, known)}`, {
    op,
    data: { option: stranger, nearest: nearestNames(stranger, known) },
  });
}

/**
 * Checks that options are an object, and not a value that stands for the first of them, as in Keras's `Dense(10)`.
 *
 * @throws ManabiError `argument`
 */
export function checkIsObject(op: string, options: unknown, known: readonly string[] = []): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  const names = known.length === 0 ? '…' : known.join(', ');
  throw new ManabiError(
    'argument',
    `${op} takes an object of options, { ${names} }, but was given ${describeGiven(options)}. Options are always named.`,
    { op, data: { given: describeGiven(options), known } },
  );
}

/**
 * Checks that there are options, before a constructor reads the first one; its base class checks their names.
 *
 * @throws ManabiError `argument` for none, and for null
 */
export function checkAreGiven(op: string, options: unknown): void {
  if (options === undefined || options === null) checkIsObject(op, options);
}

/**
 * A list of lengths, of options: what is no list is told of before anything takes it apart.
 *
 * @throws ManabiError `argument`
 * @example `listOfLengths('input', 'shape', shape)`
 */
export function listOfLengths<Shape extends readonly unknown[]>(op: string, option: string, shape: Shape): Shape {
  if (Array.isArray(shape)) return shape;
  throw new ManabiError(
    'argument',
    `The option ${option} of ${op} is a list of lengths, such as [28, 28, 1], but was given ${describeGiven(shape)}.`,
    { op, data: { option, given: describeGiven(shape) } },
  );
}

/**
 * Checks that what was made of options knows all of them: its config has their names.
 *
 * @returns what was made
 * @throws ManabiError as `checkOptions`
 * @example `return checkedBy(options, { className: 'L1', config: { l1 }, penalty })`
 */
export function checkedBy<T extends { readonly className: string; readonly config: object }>(
  options: object,
  made: T,
): T {
  checkOptionNames(made.className, options, Object.keys(made.config));
  return made;
}
