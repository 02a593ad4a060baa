import { describe, expect, test } from '@jest/globals';
import { didYouMean, editDistance, nearestNames } from './nearest.ts';

test('the distance of words counts inserted, removed, changed and swapped letters', () => {
  expect(editDistance('dense', 'dense')).toBe(0);
  expect(editDistance('dens', 'dense')).toBe(1);
  expect(editDistance('denze', 'dense')).toBe(1);
  expect(editDistance('dnese', 'dense')).toBe(1);
  expect(editDistance('', 'dense')).toBe(5);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

describe('nearestNames', () => {
  test('returns the nearest names first, whatever their case', () => {
    expect(nearestNames('RELU6', ['elu', 'relu', 'relu6', 'softmax'])).toEqual(['relu6', 'relu', 'elu']);
    expect(nearestNames('soft', ['relu'])).toEqual([]);
  });

  test('finds singular forms, snake case and abbreviations of options', () => {
    expect(nearestNames('unit', ['units', 'useBias', 'activation'])).toEqual(['units']);
    expect(nearestNames('learning_rate', ['learningRate', 'momentum'])).toEqual(['learningRate']);
    expect(nearestNames('lr', ['learningRate', 'momentum', 'nesterov'])).toEqual(['learningRate']);
    expect(nearestNames('batch_size', ['epochs', 'batchSize'])).toEqual(['batchSize']);
  });

  test('finds names that share all words of the other', () => {
    expect(nearestNames('shape', ['units', 'inputShape', 'batchShape'])).toEqual(['batchShape', 'inputShape']);
    expect(nearestNames('inputShape', ['shape', 'dtype'])).toEqual(['shape']);
    expect(nearestNames('numUnits', ['units', 'useBias'])).toEqual(['units']);
    expect(nearestNames('epoch', ['epochs', 'initialEpoch'])).toEqual(['epochs']);
  });

  test('does not suggest names that share no more than their length', () => {
    expect(nearestNames('ab', ['k', 'xy'])).toEqual([]);
  });

  test('takes a bounded time for long words', () => {
    const long = 'x'.repeat(1_000_000);
    expect(nearestNames(long, ['units'])).toEqual([]);
  });
});

test('didYouMean lists all names if none is near', () => {
  expect(didYouMean('relv', ['relu', 'tanh'])).toBe("Did you mean 'relu'?");
  expect(didYouMean('banana', ['relu', 'tanh'])).toBe('Known: relu, tanh.');
});
