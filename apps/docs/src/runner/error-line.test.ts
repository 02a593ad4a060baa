import { expect, test } from '@jest/globals';
import { errorLine } from './error-line.ts';

test.each([
  ['Chrome', 'ManabiError: no\n    at a (https://x/lib/library.js:1:2)\n    at 02-xor.ts:14:8', 14],
  ['Chrome, in a function', 'Error: no\n    at moved (02-xor.ts:3:1)\n    at 02-xor.ts:14:8', 3],
  ['Firefox and Safari', 'a@https://x/lib/library.js:1:2\n@02-xor.ts:14:8', 14],
  ['other code only', 'Error: no\n    at a (https://x/lib/library.js:1:2)', null],
])('finds the line of the program in a stack of %s', (_, stack, line) => {
  expect(errorLine(stack, '02-xor.ts')).toBe(line);
});
