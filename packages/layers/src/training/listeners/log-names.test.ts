import { expect, test } from '@jest/globals';
import { freeName, logName, prefixedName, sameName } from './log-names.ts';

test('logName and prefixedName convert names to camelCase', () => {
  expect(['loss', 'mean_squared_error', 'accuracy_1', 'f1Score'].map(logName)).toEqual([
    'loss',
    'meanSquaredError',
    'accuracy1',
    'f1Score',
  ]);
  expect(prefixedName('val', 'binary_accuracy')).toBe('valBinaryAccuracy');
  expect(prefixedName('dense_1', 'loss')).toBe('dense1Loss');
});

test('sameName ignores underscores and case', () => {
  expect([sameName('val_loss', 'valLoss'), sameName('loss', 'valLoss')]).toEqual([true, false]);
});

test('freeName appends a number to a name that is taken', () => {
  expect(freeName(new Set(['mae', 'mae1']), 'mae')).toBe('mae2');
});
