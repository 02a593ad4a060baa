import { describeGiven, ManabiError } from '@manabi/errors';

/** The names that an object of options may have; the type checker names those that are missing. */
export type OptionNames<Options> = { readonly [K in keyof Options]-?: true };

/**
 * Checks options that may come from plain JavaScript, where nobody else would notice a misspelled one: it would be left
 * out, and the default taken.
 *
 * @param op the function that has these options
 * @throws ManabiError `argument` for anything but an object, and for a name that is not known
 * @example `checkOptions('sgd', options, { learningRate: true, momentum: true });`
 */
export function checkOptions<Options extends object>(
  op: string,
  options: Options,
  known: OptionNames<NoInfer<Options>>,
): void {
  const names = Object.keys(known);
  if (!isBag(options)) {
    throw new ManabiError(
      'argument',
      `Its options are an object with names, { ${names.join(', ')} }, but ${describeGiven(options)} was given.`,
      { op, data: { given: describeGiven(options), known: names } },
    );
  }
  const stranger = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (stranger === undefined) return;
  throw new ManabiError(
    'argument',
    `There is no option ${stranger}. ${names.length === 1 ? `The only one is ${names[0]}` : `There are: ${names.join(', ')}`}.`,
    { op, data: { option: stranger, known: names } },
  );
}

/** Whether something can be options: an array or a promise has no field that is not known, and is none all the same. */
function isBag(given: unknown): boolean {
  const isObject = typeof given === 'object' && given !== null;
  return isObject && !Array.isArray(given) && !ArrayBuffer.isView(given) && !(given instanceof Promise);
}
