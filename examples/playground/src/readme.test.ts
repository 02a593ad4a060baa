import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Returns the first program that follows a heading of the README. */
function programBelow(heading: string): string {
  const [, section = ''] = read('../../../README.md').split(`\n## ${heading}\n`);
  return section.split('```ts\n')[1]?.split('```')[0] ?? '';
}

describe('the programs of the README', () => {
  test.each([
    ['With layers', './with-layers.ts'],
    ['Without layers', './without-layers.ts'],
  ])('the program below the heading "%s" equals the type-checked file %s', (heading, file) => {
    expect(programBelow(heading)).toBe(read(file));
  });

  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  afterEach(() => {
    log.mockClear();
  });

  test('the program without layers reaches a small loss on exclusive or', async () => {
    await import('./without-layers.ts');
    const printed: unknown = log.mock.calls.at(-1)?.[0];
    const answers = Array.isArray(printed) ? printed.flat().map((answer) => Math.round(Number(answer)) + 0) : [];
    expect(answers).toEqual([0, 1, 1, 0]);
  });

  test('the file for experiments, main.ts, prints a gradient', async () => {
    await import('./main.ts');
    expect(log.mock.calls).toEqual([[[2, 4, 6]]]);
  });
});
