import { expect, test } from '@jest/globals';
import type { Backend } from './backend.ts';
import { backendFactory, registerBackend, registerDefaultBackend, registeredBackends } from './backend-registry.ts';

test('defaults come after whatever else is registered, and give way to a backend of their name', () => {
  const never = (): Backend => {
    throw new Error('Nobody asks for it.');
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
