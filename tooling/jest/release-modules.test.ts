import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { flags } from '../run/run-jest.mjs';

test('the garbage collector frees the contexts of completed test files', () => {
  const program = fileURLToPath(new URL('./release-modules.child.cjs', import.meta.url));
  const left = execFileSync(process.execPath, [...flags, '--expose-gc', program], { encoding: 'utf8' });
  // The main context and that of the last test file remain; without releasing modules, ten more would remain.
  expect(Number(left)).toBeLessThanOrEqual(3);
});
