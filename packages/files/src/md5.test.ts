import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { createMd5 } from './md5.ts';

describe('createMd5', () => {
  test('equals the hashes of RFC 1321', () => {
    const hashOf = (text: string): string => {
      const hash = createMd5();
      hash.update(new TextEncoder().encode(text));
      return hash.digest();
    };
    expect(hashOf('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(hashOf('abc')).toBe('900150983cd24fb0d6963f7d28e17f72');
    expect(hashOf('12345678901234567890123456789012345678901234567890123456789012345678901234567890')).toBe(
      '57edf4a22be3c955ac49da2e2107b67a',
    );
  });

  test('equals the hash of Node for data of all lengths around a block, added in parts', () => {
    const random = randomSource(1);
    for (let length = 50; length < 140; length++) {
      const bytes = Uint8Array.from(random.int32Array(length, 0, 256));
      const hash = createMd5();
      hash.update(bytes.subarray(0, 7));
      hash.update(bytes.subarray(7));
      expect(hash.digest()).toBe(createHash('md5').update(bytes).digest('hex'));
    }
  });
});
