import { expect, test } from '@jest/globals';
import { didYouMean, editDistance, nearestNames } from './nearest.ts';

test('the distance of words counts inserted, removed, changed and swapped letters', () => {
  expect(editDistance('dense', 'dense')).toBe(0);
  expect(editDistance('dens', 'dense')).toBe(1);
  expect(editDistance('denze', 'dense')).toBe(1);
  expect(editDistance('dnese', 'dense')).toBe(1);
  expect(editDistance('', 'dense')).toBe(5);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

test('the nearest names come first, whatever their case', () => {
  expect(nearestNames('RELU6', ['elu', 'relu', 'relu6', 'softmax'])).toEqual(['relu6', 'relu', 'elu']);
  expect(nearestNames('soft', ['relu'])).toEqual([]);
});

test('without a near name all are told', () => {
  expect(didYouMean('relv', ['relu', 'tanh'])).toContain('relu');
  expect(didYouMean('banana', ['relu', 'tanh'])).toContain('relu, tanh');
});
