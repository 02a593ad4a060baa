import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonOf, ran } from '../run.fixture.ts';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-train-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, texts: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [name, list] of Object.entries(texts)) {
    await mkdir(join(at(path), name), { recursive: true });
    await Promise.all(list.map((text, i) => writeFile(join(at(path), name, `${i}.txt`), text)));
  }
}

const animals = ['cat', 'dog', 'horse', 'cow', 'goat'].map((name) => `The ${name} sleeps.<br />It eats grass`);
const ships = ['ferry', 'yacht', 'tanker', 'canoe', 'barge'].map((name) => `A ${name} sails, in the harbour`);

describe('manabi train text', () => {
  test('trains on a folder per class, and saves the words and classes with the network', async () => {
    await write('topics/train', { animals, ships });
    await write('topics/test', { animals: ['GRASS eats the cat!'], ships: ['(harbour) sails'] });
    const args = ['--data', at('topics'), '--out', at('topics.keras'), '--json'];
    expect(jsonOf(await ran(['train', 'text', ...args]))).toMatchObject({
      task: 'text',
      classes: ['animals', 'ships'],
      trainSamples: 10,
      testSamples: 2,
      testAccuracy: 1,
    });
    const inline = ['predict', at('topics.keras'), '--inline', 'eats grass', 'the harbour sails', '--json'];
    expect(jsonOf(await ran(inline))).toMatchObject({ predictions: [{ label: 'animals' }, { label: 'ships' }] });
    const file = at('topics/test/ships/0.txt');
    expect(jsonOf(await ran(['predict', at('topics.keras'), file, '--json']))).toMatchObject({
      predictions: [{ file, label: 'ships' }],
    });
    expect(jsonOf(await ran(['evaluate', at('topics.keras'), '--data', at('topics'), '--json']))).toMatchObject({
      testAccuracy: 1,
      samples: 2,
    });
  });

  test('finds the words of Japanese with --locale ja', async () => {
    const weather = ['今日は良い天気です', '明日は雨です', '昨日は雪でした', '今日は雨です', '良い天気でした'];
    const food = ['寿司を食べます', '水を飲みます', 'ご飯を食べました', '寿司を食べました', '水を飲みました'];
    await write('japanese/train', { food, weather });
    await write('japanese/test', { food: ['ご飯を食べます'], weather: ['昨日は雨でした'] });
    const args = ['train', 'text', '--data', at('japanese'), '--locale', 'ja', '--json', '--out', at('japanese.keras')];
    expect(jsonOf(await ran(args))).toMatchObject({ testAccuracy: 1 });
    const inline = ['predict', at('japanese.keras'), '--inline', '天気は雪です', '--json'];
    expect(jsonOf(await ran(inline))).toMatchObject({ predictions: [{ label: 'weather' }] });
  });

  test('names an empty text, and a file that is not UTF-8', async () => {
    await write('blank', { animals, ships: [...ships, ' \n'] });
    expect(await ran(['train', 'text', '--data', at('blank')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('blank/ships/5.txt'),
    });
    await write('latin', { animals, ships });
    await writeFile(at('latin/ships/2.txt'), Uint8Array.of(0x66, 0xfc, 0x72));
    expect(await ran(['train', 'text', '--data', at('latin')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('latin/ships/2.txt'),
    });
  });

  test('rejects options of predict and evaluate that contradict what the file states', async () => {
    for (const option of [['--scale', 'unit'], ['--digits'], ['--class-labels', 'a,b']]) {
      const { code, stderr } = await ran(['predict', at('topics.keras'), '--inline', 'x', ...option]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(option[0])]);
    }
    expect(await ran(['evaluate', at('topics.keras')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--data'),
    });
  });
});
