import { describe, expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('sharp', () => {
  throw new Error('Cannot find package');
});
const { decodeImage, encodeImage, hostArray } = await import('./index.ts');

/** An image of one pixel. */
const png = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);

describe('without the package sharp', () => {
  test.each([
    ['decodeImage', () => decodeImage(png)],
    ['encodeImage', () => encodeImage(hostArray('uint8', [1, 1, 1], new Uint8Array(1)))],
  ])('%s names it, and says how to install it', async (_, call) => {
    const error = await call().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'argument', data: { package: 'sharp' } });
    expect(String(error)).toContain('npm install sharp');
  });
});
