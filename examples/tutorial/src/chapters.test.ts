import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

/** A chapter at reduced size. */
interface Chapter {
  readonly name: string;
  /** Options on the command line, such as '--epochs 1'. */
  readonly options: string;
  /** What the chapter prints at its end. */
  readonly prints: RegExp;
}

const chapters: readonly Chapter[] = [
  { name: '01-xor-by-hand', options: '--steps 500', prints: /error 0\.00\d+\n0 1 1 0$/ },
  { name: '02-xor-layers', options: '--epochs 150', prints: /accuracy 1\n0 1 1 0$/ },
  { name: '03-mnist-mlp', options: '--epochs 1 --stepsPerEpoch 50', prints: /10000 test digits: 0\.8\d+$/ },
  { name: '04-mnist-cnn', options: '--epochs 1 --stepsPerEpoch 20', prints: /10000 test digits: 0\.[678]\d+$/ },
  {
    name: '07-batch-norm-dropout',
    options: '--epochs 2 --rows 500 --units 64',
    prints:
      /neither .*\nbatch normalization .*\ndropout .*\nbatch normalization and dropout .* test accuracy 0\.\d{4}$/,
  },
];

describe('the tutorial', () => {
  const { argv } = process;
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((...values) => {
    lines.push(values.join(' '));
  });
  // `fit` and `evaluate` print their progress there.
  const output = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockReturnValue(true));
  beforeEach(() => {
    lines.length = 0;
  });
  afterEach(() => {
    process.argv = argv;
  });
  afterAll(() => {
    for (const spy of [log, ...output]) spy.mockRestore();
  });

  test.each(chapters)('runs $name at reduced size', async ({ name, options, prints }) => {
    process.argv = ['node', 'main.ts', ...options.split(' ')];
    await import(`./${name}.ts`);
    expect(lines.join('\n')).toMatch(prints);
  });

  test('tests every chapter', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((file) => /^\d\d-.*\.ts$/.test(file));
    expect(chapters.map(({ name }) => `${name}.ts`)).toEqual(files);
  });
});
