import { expect, test } from '@jest/globals';
import type { Backend } from './backend.ts';
import { backendFactory, registerBackend, registerDefaultBackend, registeredBackends } from './backend-registry.ts';

test('registeredBackends lists default backends last, and a backend of the same name replaces a default backend', () => {
  const never = (): Backend => {
    throw new Error('Unexpected call of a factory.');
  };
  const slow = () => never();
  const fast = () => never();
  registerDefaultBackend('slow', slow);
  expect(registeredBackends()).toEqual(['slow']);
  expect(backendFactory('slow')).toBe(slow);

  registerBackend('fast', fast);
  expect(registeredBackends()).toEqual(['fast', 'slow']);
  expect(backendFactory('slow')).toBe(slow);

  registerBackend('slow', fast);
  expect(registeredBackends()).toEqual(['fast', 'slow']);
  expect(backendFactory('slow')).toBe(fast);
});
