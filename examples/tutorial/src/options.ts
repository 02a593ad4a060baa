import { parseArgs } from 'node:util';

/**
 * Reads the options of a program from the command line. `options({ epochs: 5 })` returns `{ epochs: 2 }` if the program was
 * started with `--epochs 2`, and `{ epochs: 5 }` if it was started without options.
 *
 * @param defaults names of all options and their default values
 * @throws TypeError for an unknown option, or for text where a number is expected
 */
export function options<T extends Record<string, number | string>>(defaults: T): { [K in keyof T]: T[K] } {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  });
  const given = Object.entries(values).map(([name, text]) => [name, parsed(name, String(text), defaults[name])]);
  return { ...defaults, ...Object.fromEntries(given) };
}

function parsed(name: string, text: string, standard: number | string): number | string {
  if (typeof standard === 'string') return text;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new TypeError(`--${name} must be a number; got '${text}'.`);
}
