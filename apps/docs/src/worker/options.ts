/** Values that the page passes instead of defaults. */
let given: Readonly<Record<string, number | string>> = {};

/** Sets the values that `options` returns instead of defaults. */
export function setOptions(values: Readonly<Record<string, number | string>>): void {
  given = values;
}

/** Returns the options of a program: `options.ts` of the tutorial reads them from the command line, this one from the page. */
export function options<T extends Record<string, number | string>>(defaults: T): T {
  return { ...defaults, ...given };
}
