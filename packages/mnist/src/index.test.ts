import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { mnistFiles } from './index.ts';

/** MD5 sums that other projects publish for the four MNIST files. */
const md5: Record<keyof typeof mnistFiles, string> = {
  trainImages: 'f68b3c2dcbeaaa9fbdd348bbdeb94873',
  trainLabels: 'd53e105ee54ea40749a09fcbcd1e9432',
  testImages: '9fb629c4189551a2d022fa330f9573f3',
  testLabels: 'ec29112dd5afa0611ce80d1b7f02629c',
};

const hash = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

test.each(['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const)(
  'mnistFiles.%s is the original file of MNIST, and has the sizes and checksums that it states',
  async (key) => {
    const file = mnistFiles[key];
    const bytes = await readFile(file.url);
    const content = gunzipSync(bytes);
    expect(file.url.pathname.endsWith(`/data/${file.name}`)).toBe(true);
    expect(hash('md5', bytes)).toBe(md5[key]);
    expect({ bytes: bytes.length, sha256: hash('sha256', bytes) }).toEqual({ bytes: file.bytes, sha256: file.sha256 });
    expect({ contentBytes: content.length, contentSha256: hash('sha256', content) }).toEqual({
      contentBytes: file.contentBytes,
      contentSha256: file.contentSha256,
    });
  },
);
