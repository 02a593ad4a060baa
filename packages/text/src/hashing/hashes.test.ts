import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { farmHash, fingerprint64 } from './farm-hash.ts';
import { type SipKey, sipHash64 } from './sip-hash.ts';

/** Hashes of TensorFlow; see tooling/goldens/text/hashes.py. */
interface Golden {
  readonly fingerprints: string[];
  readonly keys: SipKey[];
  readonly strong: string[][];
  readonly words: { readonly text: string; readonly fingerprint: string; readonly strong: string }[];
  readonly crossed: {
    readonly columns: (string | number)[][][];
    readonly buckets: number;
    readonly values: string[];
  }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('../goldens/hashes.json', import.meta.url), 'utf8'));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of a length that the goldens hash. */
const asciiText = (length: number): string =>
  Array.from({ length }, (_, i) => String.fromCharCode(32 + ((i * i * 7 + i * 11 + length * 13) % 95))).join('');

/** TensorFlow's modulus for the largest number of buckets. */
const LARGEST = 2n ** 63n - 1n;

describe('fingerprint64', () => {
  test('hashes texts of 0 to 200 bytes as TensorFlow does', () => {
    const found = golden.fingerprints.map((_, length) => String(fingerprint64(bytesOf(asciiText(length)))));
    expect(found).toEqual(golden.fingerprints);
    expect(new Set(found).size).toBe(201);
  });

  test('hashes a part of a buffer', () => {
    const text = asciiText(40);
    const bytes = bytesOf(`before${text}after`).subarray(6, 46);
    expect(String(fingerprint64(bytes))).toBe(golden.fingerprints[40]);
  });
});

describe('sipHash64', () => {
  test.each(golden.keys.map((key, i) => [key, golden.strong[i]] as const))(
    'hashes texts with the key %p as TensorFlow does',
    (key, expected) => {
      const found = expected.map((_, length) => String(sipHash64(bytesOf(asciiText(length)), key) % LARGEST));
      expect(found).toEqual(expected);
    },
  );

  test('returns the hash of the paper for the bytes 0 to 14', () => {
    const key = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n] as const;
    expect(
      sipHash64(
        Uint8Array.from({ length: 15 }, (_, i) => i),
        key,
      ),
    ).toBe(0xa129ca6149be45e5n);
  });
});

test.each(golden.words)('hashes $text as TensorFlow does', ({ text, fingerprint, strong }) => {
  expect(String(fingerprint64(bytesOf(text)))).toBe(fingerprint);
  expect(String(sipHash64(bytesOf(text), golden.keys[0]) % LARGEST)).toBe(strong);
});

test.each(golden.crossed)('fingerprintCat combines $columns as TensorFlow does', ({ columns, buckets, values }) => {
  const found = columns[0].map((_, row) => {
    const features = columns.map(([...column]) => column[row][0]);
    const prints = features.map((feature) =>
      typeof feature === 'string' ? fingerprint64(bytesOf(feature)) : BigInt.asUintN(64, BigInt(feature)),
    );
    const crossed = prints.reduce((print, next) => farmHash.fingerprintCat(print, next), 0xdecafcaffen);
    return String(crossed % (buckets === 0 ? LARGEST : BigInt(buckets)));
  });
  expect(found).toEqual(values);
});
