import { describe, expect, test } from '@jest/globals';
import { callbacks, constraints, initializers, layers, losses, metrics, regularizers, sequential } from './index.ts';

type Make = (options: unknown) => unknown;

/** All functions of a name space that make something of options: by name, without types and what takes no options. */
function makers(
  space: object,
  without: readonly string[] = [],
): readonly { readonly name: string; readonly make: Make }[] {
  const isMaker = (name: string): boolean => /^[a-z]/.test(name) && !/^(get|register)[A-Z]/.test(name);
  return Object.entries(space)
    .filter(([name, value]) => typeof value === 'function' && isMaker(name) && !without.includes(name))
    .map(([name, value]) => ({ name, make: (options) => value(options) }));
}

const spaces = {
  layers: makers(layers),
  losses: makers(losses),
  metrics: makers(metrics),
  // Their options come second, or are functions of their own.
  callbacks: makers(callbacks, ['csvLogger', 'lambdaCallback', 'learningRateScheduler']),
  initializers: makers(initializers),
  regularizers: makers(regularizers),
  constraints: makers(constraints),
};

const isMistake = expect.objectContaining({ code: 'argument' });

describe.each(Object.entries(spaces))('options of %s', (_space, entries) => {
  test('there are some', () => expect(entries.length).toBeGreaterThan(3));

  test.each(entries)('$name refuses a string, a number and a list in place of an object', ({ make }) => {
    for (const given of ['relu', 7, [3]]) expect(() => make(given)).toThrow(isMistake);
  });

  test.each(entries)('$name refuses a name that nobody knows', ({ make }) => {
    expect(() => make({ zork: 1 })).toThrow(isMistake);
  });
});

describe('messages about options', () => {
  test('name what was given, and the names there are', () => {
    const make: Make = (options) => layers.leakyReLU(options as object); // as plain JavaScript does
    expect(() => make(0.2)).toThrow(
      expect.objectContaining({
        code: 'argument',
        op: 'LeakyReLU',
        data: expect.objectContaining({ known: expect.arrayContaining(['negativeSlope', 'name']) }),
      }),
    );
  });

  test('name the nearest names', () => {
    // @ts-expect-error misspelled
    expect(() => losses.huber({ dleta: 2 })).toThrow(
      expect.objectContaining({ data: { option: 'dleta', nearest: ['delta'] } }),
    );
  });

  test('callbacks of which options come second check them', () => {
    // @ts-expect-error no such option
    expect(() => callbacks.csvLogger('log.csv', { seperator: ';' })).toThrow(isMistake);
    // @ts-expect-error no such option
    expect(() => callbacks.learningRateScheduler((_, rate) => rate, { verbos: 1 })).toThrow(isMistake);
    // @ts-expect-error no function
    expect(() => callbacks.learningRateScheduler({})).toThrow(isMistake);
    expect(() => callbacks.lambdaCallback(Object({ onEpochEnde: () => {} }))).toThrow(isMistake);
  });

  test('models refuse them, too', () => {
    // @ts-expect-error no options
    expect(() => sequential([], 3)).toThrow(isMistake);
  });
});
