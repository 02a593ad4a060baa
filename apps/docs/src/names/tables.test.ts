import { describe, expect, test } from '@jest/globals';
import * as manabi from 'manabi';
import { kerasNames } from './keras.ts';
import { numpy } from './numpy.ts';
import type { PairTables } from './pair.ts';
import { namesOf, numpyPairs, tensorflowJsPairs } from './tables.ts';
import { tensorflowJs } from './tensorflow-js.ts';
import { torch } from './torch.ts';

const tables = { numpy, torch, 'tensorflow-js': tensorflowJs } satisfies Readonly<Record<string, PairTables>>;

/** Returns whether `manabi` exports a name such as `layers.dense`. */
function isExported(path: string): boolean {
  let owner: unknown = manabi;
  for (const key of path.split('.')) {
    if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null || !(key in owner)) return false;
    owner = Object.entries(owner).find(([name]) => name === key)?.[1];
  }
  return typeof owner === 'function';
}

describe.each(['numpy', 'torch', 'tensorflow-js'] as const)('the table of names of %s', (library) => {
  const pairs = Object.values(tables[library]).flat();

  test('contains only names that the library has', () => {
    const known = Object.entries(namesOf(library)).flatMap(([space, names]) => names.map((name) => `${space}.${name}`));
    expect(pairs.map(([theirs]) => theirs).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('contains only names that manabi exports', () => {
    expect(pairs.map(([, ours]) => ours).filter((name) => !isExported(name))).toEqual([]);
  });

  test('lists each name once', () => {
    const names = pairs.map(([theirs]) => theirs);
    expect(names).toEqual([...new Set(names)]);
  });
});

test('finds the same names in NumPy, TensorFlow.js and manabi', () => {
  expect(numpyPairs()).toContainEqual(['np.expand_dims', 'expandDims']);
  expect(tensorflowJsPairs()).toContainEqual(['tf.layers.dense', 'layers.dense']);
  expect(tensorflowJsPairs()).toContainEqual(['tf.matMul', 'matmul']);
});

test('lists each name of Keras, with a name in manabi or a reason', () => {
  const [layers, callbacks, activations] = (['layers', 'callbacks', 'activations'] as const).map((kind) =>
    kerasNames().get(kind),
  );
  expect(layers).toContainEqual({ name: 'Conv2D', ours: 'layers.conv2d', reason: null });
  expect(layers).toContainEqual({
    name: 'MelSpectrogram',
    ours: 'melSpectrogram',
    reason: null,
    entry: '@manabi/layers/further',
  });
  expect(callbacks).toContainEqual({ name: 'ModelCheckpoint', ours: 'callbacks.modelCheckpoint', reason: null });
  expect(activations).toContainEqual({ name: 'hard_sigmoid', ours: 'activations.hardSigmoid', reason: null });
  expect(layers?.find(({ name }) => name === 'FlaxLayer')?.reason).toBe('wraps a model of another framework');
});
