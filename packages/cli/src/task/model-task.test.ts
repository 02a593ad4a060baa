import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { layers, type SaveModelOptions, saveModel, sequential } from 'manabi';
import { type ModelTask, readTask, taskMetadata } from './model-task.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-task-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function saved(metadata: SaveModelOptions['metadata']): Promise<string> {
  const path = join(folder, 'model.keras');
  await saveModel(sequential([layers.dense({ units: 1, inputShape: [2] })]), path, metadata ? { metadata } : {});
  return path;
}

describe('readTask', () => {
  const number = { name: 'age', kind: 'number', mean: 3.5, deviation: 1e-9, hasMissing: true } as const;
  const category = { name: 'city', kind: 'category', values: ['', 'Oslo'] } as const;

  test.each<[string, ModelTask]>([
    ['images', { task: 'images', classNames: ['cat', '犬'] }],
    ['texts', { task: 'text', classNames: ['neg', 'pos'] }],
    ['digits', { task: 'digits' }],
    ['numbers in a table', { task: 'table', label: 'price', classNames: null, columns: [number, category] }],
  ])('returns the task for %s that was saved', async (_, task) => {
    expect(await readTask(await saved(taskMetadata(task)))).toEqual(task);
  });

  test('returns null for files without a task', async () => {
    expect(await readTask(await saved(undefined))).toBeNull();
    expect(await readTask(await saved({ classNames: ['a'] }))).toBeNull();
    expect(await readTask('model.onnx')).toBeNull();
  });

  test.each([
    ['an unknown task', { task: 'sounds', classNames: ['a'] }],
    ['images without classes', { task: 'images' }],
    ['texts whose classes are not texts', { task: 'text', classNames: [1, 2] }],
    ['a table without columns', { task: 'table', label: 'a', classNames: null, columns: [] }],
    ['a deviation of 0', { task: 'table', label: 'a', classNames: null, columns: [{ ...number, deviation: 0 }] }],
  ])('rejects %s', async (_, metadata) => {
    const path = await saved(metadata);
    await expect(readTask(path)).rejects.toMatchObject({ code: 'corrupt', data: { source: path } });
  });
});
