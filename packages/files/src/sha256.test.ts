import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { crc32, createSha256, sha256 } from './index.ts';
import { patternBytes } from './server.fixture.ts';
import { portableSha256, sha256OfStream } from './sha256.ts';

const encode = (text: string) => new TextEncoder().encode(text);

describe('sha256', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('returns the hash of %p that FIPS 180-4 lists', async (text, expected) => {
    expect(await sha256(encode(text))).toBe(expected);
    for (const hash of [portableSha256(), await createSha256()]) {
      hash.update(encode(text));
      expect(hash.digest()).toBe(expected);
    }
  });

  test('returns the same hash for data added in parts of any length', () => {
    const random = randomSource(3);
    for (let length = 0; length < 300; length++) {
      const bytes = patternBytes(length);
      const hash = portableSha256();
      for (let from = 0; from < length; ) {
        const size = 1 + Math.floor(random.next() * 100);
        hash.update(bytes.subarray(from, from + size));
        from += size;
      }
      expect(hash.digest()).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  test('sha256OfStream returns the hash of all bytes of a stream', async () => {
    const bytes = patternBytes(200_000);
    expect(await sha256OfStream(new Blob([bytes]).stream())).toBe(await sha256(bytes));
  });
});

describe('crc32', () => {
  test('returns 0xcbf43926 for the check string 123456789, whether passed whole or in parts', () => {
    expect(crc32(encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(encode('6789'), crc32(encode('12345')))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});
