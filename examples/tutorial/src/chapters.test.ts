import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { describeWithShared } from '@manabi/testing';

/** A chapter at reduced size. */
interface Chapter {
  readonly name: string;
  /** Options on the command line, such as '--epochs 1'. SHARED stands for the folder in `needs`. */
  readonly options: string;
  /** What the chapter prints at its end. */
  readonly prints: RegExp;
  /** Data that the chapter reads, in the shared folder. */
  readonly needs?: string;
}

const chapters: readonly Chapter[] = [
  { name: '01-xor-by-hand', options: '--steps 500', prints: /error 0\.00\d+\n0 1 1 0$/ },
  { name: '02-xor-layers', options: '--epochs 150', prints: /accuracy 1\n0 1 1 0$/ },
  { name: '03-mnist-mlp', options: '--epochs 1 --stepsPerEpoch 50', prints: /10000 test digits: 0\.8\d+$/ },
  { name: '04-mnist-cnn', options: '--epochs 1 --stepsPerEpoch 20', prints: /10000 test digits: 0\.[678]\d+$/ },
  {
    name: '05-imdb',
    options: '--archive SHARED/aclImdb_labelled.tar.gz --wordIndex SHARED/imdb_word_index.json',
    prints: /25000 test reviews: 0\.8[78]\d+$/,
    needs: 'data/imdb',
  },
  ...[1, 2].map((seed) => ({
    name: '06-japanese-lstm',
    options: `--seed ${seed}`,
    prints: /positive (0\.9|1\.0).*です\nnegative 0\.0.*した$/,
  })),
  {
    name: '07-batch-norm-dropout',
    options: '--epochs 2 --rows 500 --units 64',
    prints:
      /neither .*\nbatch normalization .*\ndropout .*\nbatch normalization and dropout .* test accuracy 0\.\d{4}$/,
  },
  {
    name: '08-transfer',
    options:
      '--photos SHARED/flower_photos/flower_photos_160.tar --folder flower_photos_160/ --size 64 --epochs 1 --fineTuning 1 ' +
      '--weights SHARED/models/mobilenet_v1_0.25_224_tfjs/model.json',
    prints: /^5 classes: daisy, .*\n(.*\n)*.*frozen features: 0\.[4-9]\d*\n(.*\n)*.*fine-tuning: 0\.[4-9]\d*$/,
    needs: 'data',
  },
  { name: '09-streaming', options: '--epochs 1 --rows 6400', prints: /10000 test digits: 0\.[78]\d+$/ },
  {
    name: '10-saving',
    options: '--epochs 200',
    // All eight lines show the same predictions.
    prints: /model +(0\.0.*)\n(.* \1\n.*epoch: 0\.0.*\n){2}(.* \1\n){5}inputs of model\.onnx .*"batch",2/,
  },
  {
    name: '11-exchange',
    options: '--epochs 40',
    prints: /PyTorch: [1-9]e-[78]\n(.*\n)*.*accuracy +0\.97 +150\n(.*\n)*.*50 +0 +0\n(.*\n)*.*five folds: 0\.9/,
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

  for (const { name, options, prints, needs } of chapters) {
    const declare = (folder: string) =>
      test(`${name} runs with ${options}`, async () => {
        process.argv = ['node', 'main.ts', ...options.replaceAll('SHARED', folder).split(' ')];
        // The query loads the chapter again for other options.
        await import(`./${name}.ts?${options}`);
        expect(lines.join('\n')).toMatch(prints);
      });
    if (needs === undefined) declare('');
    else describeWithShared(name, needs, declare);
  }

  test('every chapter is tested', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((file) => /^\d\d-.*\.ts$/.test(file));
    expect([...new Set(chapters.map(({ name }) => `${name}.ts`))]).toEqual(files);
  });
});
