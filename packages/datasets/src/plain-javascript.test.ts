import { expect, test } from '@jest/globals';
import { mnist, parseIdx } from './index.ts';

// The calls below pass arguments that TypeScript would reject.

test.each<[string, object]>([
  ['baseUrl', { baseUrl: 3 }],
  ['baseURL', { baseURL: 'data' }],
  ['signal', { signal: {} }],
  ['files.trainImages', { files: {} }],
  ['files.trainImages', { files: { trainImages: { url: 3 } } }],
])('mnist reports the name of an invalid or unknown option: %s', async (name, options) => {
  await expect(Reflect.apply(mnist, null, [options])).rejects.toMatchObject({
    code: 'argument',
    op: 'mnist',
    data: { name },
  });
});

test.each([['idx'], [[0, 0, 8, 1]], [null]])('parseIdx rejects %p as bytes', (bytes) => {
  expect(() => Reflect.apply(parseIdx, null, [bytes, 'labels'])).toThrow(
    expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'bytes' }) }),
  );
});
