import { describe } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createWideBackend } from '@manabi/backend-cpu/placement';
import { testEqualBits } from './equal-bits.fixture.ts';

describe('results with 64-bit addresses equal those with 32-bit addresses bit by bit', () => {
  const narrow = createCpuBackend({ threads: 1 });
  const compared = [
    { name: 'one thread', backend: createWideBackend({ threads: 1 }), expected: narrow },
    { name: 'two threads', backend: createWideBackend({ threads: 2, eager: true }), expected: narrow },
    {
      name: 'no routines',
      backend: createWideBackend({ threads: 1, routines: [] }),
      expected: createCpuBackend({ threads: 1, routines: [] }),
    },
  ];
  testEqualBits(compared, process.env.MANABI_WIDE_CASES === 'all');
});
