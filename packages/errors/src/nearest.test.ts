import { describe, expect, test } from '@jest/globals';
import { didYouMean, editDistance, nearestNames } from './nearest.ts';

test('editDistance counts inserted, removed, replaced and swapped letters', () => {
  expect(editDistance('dense', 'dense')).toBe(0);
  expect(editDistance('dens', 'dense')).toBe(1);
  expect(editDistance('denze', 'dense')).toBe(1);
  expect(editDistance('dnese', 'dense')).toBe(1);
  expect(editDistance('', 'dense')).toBe(5);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

describe('nearestNames', () => {
  test('returns the nearest names first, ignoring case', () => {
    expect(nearestNames('RELU6', ['elu', 'relu', 'relu6', 'softmax'])).toEqual(['relu6', 'relu', 'elu']);
    expect(nearestNames('soft', ['relu'])).toEqual([]);
  });

  test('finds singular forms, snake case and abbreviations of options', () => {
    expect(nearestNames('unit', ['units', 'useBias', 'activation'])).toEqual(['units']);
    expect(nearestNames('learning_rate', ['learningRate', 'momentum'])).toEqual(['learningRate']);
    expect(nearestNames('lr', ['learningRate', 'momentum', 'nesterov'])).toEqual(['learningRate']);
    expect(nearestNames('batch_size', ['epochs', 'batchSize'])).toEqual(['batchSize']);
  });

  test('finds names with a subset or superset of the same words', () => {
    expect(nearestNames('shape', ['units', 'inputShape', 'batchShape'])).toEqual(['batchShape', 'inputShape']);
    expect(nearestNames('inputShape', ['shape', 'dtype'])).toEqual(['shape']);
    expect(nearestNames('numUnits', ['units', 'useBias'])).toEqual(['units']);
    expect(nearestNames('epoch', ['epochs', 'initialEpoch'])).toEqual(['epochs']);
  });

  test('ignores names that have only their length in common', () => {
    expect(nearestNames('ab', ['k', 'xy'])).toEqual([]);
  });

  test('handles a word of a million letters quickly', () => {
    const long = 'x'.repeat(1_000_000);
    expect(nearestNames(long, ['units'])).toEqual([]);
  });
});

test('didYouMean suggests near names and otherwise lists all names', () => {
  expect(didYouMean('relv', ['relu', 'tanh'])).toBe("Did you mean 'relu'?");
  expect(didYouMean('banana', ['relu', 'tanh'])).toBe('Available: relu, tanh.');
});
