import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

/** Imports a package that is not installed, and throws the error of the import. */
const missing = () => {
  throw new Error('Cannot find package');
};
jest.unstable_mockModule('sharp', missing);
jest.unstable_mockModule('onnxruntime-node', missing);
const { ran } = await import('./run.fixture.ts');
const { layers, saveModel, sequential } = await import('manabi');

/** An image of one pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-missing-'));
  await saveModel(sequential([layers.flatten({ inputShape: [28, 28] })]), join(folder, 'any.keras'));
  await writeFile(join(folder, 'any.png'), png, 'base64');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('manabi, if an optional package is missing,', () => {
  test.each([
    ['sharp', ['predict', 'any.keras', 'any.png']],
    ['onnxruntime-node', ['evaluate', 'any.onnx']],
  ])('shows how to install %s', async (name, [command, ...files]) => {
    const { code, stdout, stderr } = await ran([command, ...files.map((file) => join(folder, file))]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`npm install ${name}`);
    expect(stderr).not.toContain('--debug');
  });
});
