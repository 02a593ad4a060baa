import { describe, expect, test } from '@jest/globals';
import { fileOf, goldens } from '../goldens.fixture.ts';
import { cifar10, cifar100 } from '../index.ts';
import { type CifarFacts, readCifar } from './cifar-archive.ts';

const TEN: CifarFacts = {
  op: 'cifar10',
  signal: undefined,
  labels: ['labels'],
  label: 'labels',
  train: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
  trainRows: 2,
  test: 'test_batch',
  testRows: 2,
};
const HUNDRED: CifarFacts = {
  ...TEN,
  op: 'cifar100',
  labels: ['coarse_labels', 'fine_labels'],
  label: 'fine_labels',
  train: ['train'],
  test: 'test',
};

describe.each([
  ['cifar10', TEN],
  ['cifar100', HUNDRED],
  ['cifar100', { ...HUNDRED, label: 'coarse_labels' }],
] as const)('readCifar of %s', (name, facts) => {
  const { expected, ...archives } = goldens.cifar[name];

  test.each(['binary', 'python'] as const)(
    `reads ${facts.label} and channels-last images of the %s archive`,
    async (kind) => {
      const { train, test: testing } = await readCifar(fileOf(archives[kind]), facts);
      for (const [part, files] of [
        [train, facts.train],
        [testing, [facts.test]],
      ] as const) {
        const images = new Uint8Array(files.length * 2 * 3072);
        for (const [i, file] of files.entries())
          for (const [k, where] of expected[file].where.entries()) images[i * 6144 + where] = expected[file].pixels[k];
        expect(part.images).toEqual({ dtype: 'uint8', shape: [2 * files.length, 32, 32, 3], data: images });
        expect(Array.from(part.labels.data)).toEqual(files.flatMap((file) => expected[file].labels[facts.label]));
      }
    },
  );
});

test('rejects an archive whose files have another size or are missing', async () => {
  const { binary } = goldens.cifar.cifar10;
  await expect(cifar10({ file: fileOf(binary) })).rejects.toMatchObject({ code: 'file', op: 'cifar10' });
  await expect(cifar100({ file: fileOf(binary) })).rejects.toMatchObject({ code: 'file', op: 'cifar100' });
});
