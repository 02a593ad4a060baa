import { expect, test } from '@jest/globals';
import { hostFunctions } from './host-functions.ts';
import { integers } from './values.ts';

const axis = integers([0]);

test.each([
  ['Max', [3, 9, 4, 1], 9],
  ['Min', [7, 9, 8, 10], 7],
  ['Sum', [3, 9, 4, 1], 17],
  ['Prod', [3, 9, 4, 1], 108],
])('%s of %j is %d', (op, values, expected) => {
  expect(hostFunctions[op]([integers(values), axis], false)).toMatchObject({ shape: [], data: [expected] });
  expect(hostFunctions[op]([integers(values), axis], true)).toMatchObject({ shape: [1], data: [expected] });
  expect(hostFunctions[op]([integers(values), integers([])], false)).toMatchObject({ data: values });
});
