import { expect, test } from '@jest/globals';
import { DeviceErrors } from './device-errors.ts';

/** Returns whether `check` accepts each work from 1 to `last`. */
const accepted = (errors: DeviceErrors, last: number): readonly boolean[] =>
  Array.from({ length: last }, (_, i) => {
    try {
      errors.check(i + 1);
      return true;
    } catch {
      return false;
    }
  });

test('DeviceErrors doubts the work between the last successful read and an error, and no other', () => {
  const errors = new DeviceErrors();
  for (let i = 0; i < 3; i++) errors.start();
  errors.confirm(2);
  errors.start();
  errors.report('Binding 1 is invalid.');
  errors.report('Binding 2 is invalid.');
  errors.start();
  expect(accepted(errors, 5)).toEqual([true, true, false, false, true]);
  expect(() => errors.check(3)).toThrow(
    expect.objectContaining({ code: 'backend', data: { reason: 'Binding 1 is invalid.' } }),
  );
});

test('DeviceErrors keeps doubts after later reads, and adds those of further errors', () => {
  const errors = new DeviceErrors();
  for (let i = 0; i < 2; i++) errors.start();
  errors.report('The queue is invalid.');
  errors.start();
  errors.confirm(3);
  for (let i = 0; i < 2; i++) errors.start();
  errors.report('The encoder is invalid.');
  expect(accepted(errors, 5)).toEqual([false, false, true, false, false]);
  expect(() => errors.check(5)).toThrow(expect.objectContaining({ data: { reason: 'The encoder is invalid.' } }));
});
