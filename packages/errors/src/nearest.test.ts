import { describe, expect, test } from '@jest/globals';
import { didYouMean, editDistance, nearestNames } from './nearest.ts';

test('editDistance counts each inserted, removed, replaced or swapped letter as one edit', () => {
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

  test('finds an option name from its singular form, snake-case form or abbreviation', () => {
    expect(nearestNames('unit', ['units', 'useBias', 'activation'])).toEqual(['units']);
    expect(nearestNames('learning_rate', ['learningRate', 'momentum'])).toEqual(['learningRate']);
    expect(nearestNames('lr', ['learningRate', 'momentum', 'nesterov'])).toEqual(['learningRate']);
    expect(nearestNames('batch_size', ['epochs', 'batchSize'])).toEqual(['batchSize']);
  });

  test('finds names that contain all words of the misspelt name, or only some of them', () => {
    expect(nearestNames('shape', ['units', 'inputShape', 'batchShape'])).toEqual(['batchShape', 'inputShape']);
    expect(nearestNames('inputShape', ['shape', 'dtype'])).toEqual(['shape']);
    expect(nearestNames('numUnits', ['units', 'useBias'])).toEqual(['units']);
    expect(nearestNames('epoch', ['epochs', 'initialEpoch'])).toEqual(['epochs']);
  });

  test('does not suggest short names that share no letter with the misspelt name', () => {
    expect(nearestNames('ab', ['k', 'xy'])).toEqual([]);
  });

  test('returns quickly for a word of a million letters', () => {
    const long = 'x'.repeat(1_000_000);
    expect(nearestNames(long, ['units'])).toEqual([]);
  });
});

test('didYouMean suggests similar names, or lists all names if none is similar', () => {
  expect(didYouMean('relv', ['relu', 'tanh'])).toBe("Did you mean 'relu'?");
  expect(didYouMean('banana', ['relu', 'tanh'])).toBe('Available: relu, tanh.');
});
