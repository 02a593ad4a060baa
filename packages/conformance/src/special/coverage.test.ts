import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { binary, ofVectors, unary } from './functions.ts';

/** Functions that are not compared at special values, by reason. */
const reasons = {
  moves: 'only moves elements or selects them by position',
  integers: 'takes only integers',
  network: 'consists of products and sums, which the matrix compares with the reference, including special values',
  loss: 'consists of functions that are compared',
} as const;

const elsewhere: Readonly<Record<string, keyof typeof reasons>> = {
  argmax: 'moves',
  bitcast: 'moves',
  bitwiseAnd: 'integers',
  bitwiseNot: 'integers',
  bitwiseOr: 'integers',
  bitwiseXor: 'integers',
  broadcastTo: 'moves',
  conv: 'network',
  convTranspose: 'network',
  dotProductAttention: 'network',
  dynamicSlice: 'moves',
  dynamicUpdateSlice: 'moves',
  expandDims: 'moves',
  flip: 'moves',
  gatherND: 'moves',
  batchNorm: 'network',
  batchNormTraining: 'network',
  groupNorm: 'network',
  gru: 'network',
  lstm: 'network',
  oneHot: 'integers',
  simpleRnn: 'network',
  index: 'moves',
  leftShift: 'integers',
  rightShift: 'integers',
  matmul: 'network',
  tensordot: 'network',
  moveaxis: 'moves',
  pad: 'moves',
  ravel: 'moves',
  repeat: 'moves',
  reshape: 'moves',
  resize: 'network',
  roll: 'moves',
  scatterElements: 'moves',
  scatterND: 'moves',
  slice: 'moves',
  softmaxCrossEntropy: 'loss',
  split: 'moves',
  squeeze: 'moves',
  stopGradient: 'moves',
  swapaxes: 'moves',
  take: 'moves',
  takeAlongAxis: 'moves',
  tile: 'moves',
  transpose: 'moves',
  tril: 'moves',
  triu: 'moves',
};

/** Names under which functions are compared, if they differ from their exported names. */
const comparedAs: Readonly<Record<string, string>> = {
  astype: 'cast to bool',
  clip: 'clip',
  dot: 'dot with itself',
  outer: 'outer with itself',
  shrink: 'hard shrink',
  celu: 'celu 0.7',
};

test('every tensor function is compared at special values, or is excluded with a reason', () => {
  const api = readFileSync(new URL('../../../core/api.md', import.meta.url), 'utf8');
  const [, own] = api.split('\n## @manabi/core\n');
  // Functions in namespaces are not included, because they work on random keys and nested objects.
  const functions = [...own.split('\nnamespace ')[0].matchAll(/^function (\w+)\(\w+: TensorLike/gm)].map(
    ([, name]) => name,
  );
  expect(functions.length).toBeGreaterThan(90);
  const compared = new Set([unary, binary, ofVectors].flatMap((table) => Object.keys(table)));
  const isKnown = (name: string): boolean => compared.has(comparedAs[name] ?? name) || name in elsewhere;
  expect(functions.filter((name) => !isKnown(name))).toEqual([]);
  expect(Object.keys(elsewhere).filter((name) => compared.has(name) && name !== 'argmax')).toEqual([]);
});
