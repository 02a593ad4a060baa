import { expect, test } from '@jest/globals';
import { freeName, logName, prefixedName, sameName } from './log-names.ts';

test('logs are called as Keras calls them, in camelCase', () => {
  expect(['loss', 'mean_squared_error', 'accuracy_1', 'f1Score'].map(logName)).toEqual([
    'loss',
    'meanSquaredError',
    'accuracy1',
    'f1Score',
  ]);
  expect(prefixedName('val', 'binary_accuracy')).toBe('valBinaryAccuracy');
  expect(prefixedName('dense_1', 'loss')).toBe('dense1Loss');
});

test('names of the same spelling but for underscores and case are the same', () => {
  expect([sameName('val_loss', 'valLoss'), sameName('loss', 'valLoss')]).toEqual([true, false]);
});

test('a name that is taken gets a number', () => {
  expect(freeName(new Set(['mae', 'mae1']), 'mae')).toBe('mae2');
});
