import { expect, test } from '@jest/globals';
import { parseDocstring } from './docstring.ts';

test('parseDocstring separates the description, tags and examples', () => {
  const doc = parseDocstring(`*
   * Adds numbers.
   *
   * Second paragraph.
   *
   * @param a first
   * number
   * @param b second number
   * @returns the sum
   * @throws ManabiError \`shape\` for other shapes
   * @throws Error for nothing
   * @example
   * \`\`\`ts
   * add(1, 2); // => 3
   * // @decorator in code
   * \`\`\`
   * @example
   * \`\`\`ts no-run
   * add(await far(), 1);
   * \`\`\`
   `);
  expect(doc).toEqual({
    description: 'Adds numbers.\n\nSecond paragraph.',
    params: { a: 'first\nnumber', b: 'second number' },
    returns: 'the sum',
    throws: ['ManabiError `shape` for other shapes', 'Error for nothing'],
    examples: [
      { code: 'add(1, 2); // => 3\n// @decorator in code', runs: true, isNodeOnly: false },
      { code: 'add(await far(), 1);', runs: false, isNodeOnly: false },
    ],
  });
});

test('parseDocstring reads docstrings of one line', () => {
  expect(parseDocstring('* Number of units. ').description).toBe('Number of units.');
});
