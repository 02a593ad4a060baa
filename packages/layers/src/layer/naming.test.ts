import { expect, test } from '@jest/globals';
import { automaticName, clearSession, snakeCase } from './naming.ts';

test.each([
  ['Dense', 'dense'],
  ['Conv2D', 'conv2d'],
  ['Conv2DTranspose', 'conv2d_transpose'],
  ['MaxPooling2D', 'max_pooling2d'],
  ['GlobalAveragePooling1D', 'global_average_pooling1d'],
  ['BatchNormalization', 'batch_normalization'],
  ['LSTM', 'lstm'],
  ['SimpleRNN', 'simple_rnn'],
  ['ReLU', 're_lu'],
  ['PReLU', 'p_re_lu'],
  ['InputLayer', 'input_layer'],
])('snakeCase converts %s to %s, as Keras does', (className, name) => {
  expect(snakeCase(className)).toBe(name);
});

test('automaticName appends a number from the second name of a class on', () => {
  clearSession();
  expect([automaticName('Dense'), automaticName('Dense'), automaticName('LSTM')]).toEqual(['dense', 'dense_1', 'lstm']);
});
