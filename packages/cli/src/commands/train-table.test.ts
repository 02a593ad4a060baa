import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonOf, ran } from '../run.fixture.ts';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-train-table-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, lines: readonly string[]) => writeFile(at(name), `${lines.join('\n')}\n`);

/** Rows of animals: legs follow from the class; the colour is missing in every seventh row, the mass in every fifth. */
function animals(count: number): readonly string[] {
  const rows = Array.from({ length: count }, (_, i) => {
    const [name, legs] = [['bird', 2] as const, ['cat', 4] as const, ['ant', 6] as const][i % 3];
    const colour = i % 7 === 0 ? '' : ['red', '"blue, dark"', 'green'][(i * 5) % 3];
    return `${i},${legs},${i % 5 === 0 ? 'NA' : 1_700_000_000 + (i % 4)},${colour},id-${i},${name}`;
  });
  return [',legs,mass,colour,tag,animal', ...rows];
}

describe('manabi train table', () => {
  test('classifies rows with missing values, and applies the same scaling to new files', async () => {
    await write('animals.csv', animals(150));
    const args = ['--data', at('animals.csv'), '--label', 'animal', '--epochs', '30', '--out', at('animals.keras')];
    const trained = await ran(['train', 'table', ...args, '--json']);
    expect(jsonOf(trained)).toMatchObject({
      task: 'table',
      kind: 'classification',
      classes: ['ant', 'bird', 'cat'],
      columns: ['', 'legs', 'mass', 'colour'],
      trainSamples: 120,
      testSamples: 30,
      testAccuracy: 1,
    });
    expect(trained.stderr).toContain("Ignored columns: 'tag'");

    await write('new.csv', ['colour,mass,legs,animal,', 'red,,6,ant,3', 'violet,1700000001,2,bird,4']);
    const predicted = await ran(['predict', at('animals.keras'), at('new.csv'), '--json']);
    expect(jsonOf(predicted)).toMatchObject({
      task: 'table',
      predictions: [
        { file: `${at('new.csv')}:1`, label: 'ant' },
        { file: `${at('new.csv')}:2`, label: 'bird' },
      ],
    });
    expect(predicted.stderr).toContain("row 2: column 'colour' contains 'violet'");
    const evaluated = await ran(['evaluate', at('animals.keras'), '--data', at('new.csv'), '--json']);
    expect(jsonOf(evaluated)).toMatchObject({ testAccuracy: 1, samples: 2 });
  });

  test('predicts numbers in their unit', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${(i * 37) % 101}\t${100_000 + 5000 * ((i * 37) % 101)}`);
    await write('prices.tsv', ['area\tprice', ...rows]);
    const args = ['--data', at('prices.tsv'), '--label', 'price', '--out', at('prices.keras'), '--json'];
    const result = jsonOf(await ran(['train', 'table', ...args]));
    expect(result).toMatchObject({ kind: 'regression', label: 'price' });
    expect(result.testR2).toBeGreaterThan(0.95);
    await write('one.tsv', ['area', '50']);
    const { predictions } = jsonOf(await ran(['predict', at('prices.keras'), at('one.tsv'), '--json']));
    expect(predictions).toEqual([{ file: `${at('one.tsv')}:1`, value: expect.any(Number) }]);
    const [{ value }] = predictions as readonly { readonly value: number }[]; // checked above
    expect(Math.abs(value - 350_000)).toBeLessThan(35_000);
    expect(await ran(['evaluate', at('prices.keras'), '--data', at('one.tsv')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no column 'price'"),
    });
  });

  test('treats numbers with few values as classes, however they are written, or as numbers with --predict', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 2 === 0 ? '3' : i % 4 === 1 ? '5' : '5.0'}`);
    await write('grades.csv', ['a,grade', ...rows]);
    const args = ['train', 'table', '--data', at('grades.csv'), '--label', 'grade', '--epochs', '2', '--json'];
    expect(jsonOf(await ran(args))).toMatchObject({ kind: 'classification', classes: ['3', '5'] });
    expect(jsonOf(await ran([...args, '--predict', 'regression']))).toMatchObject({ kind: 'regression' });
  });

  test.each([
    ['a row with another number of cells', [...animals(20), '1,2,3'], 'line 22'],
    ['a text in a column of numbers', [...animals(40), '1,x4,5,red,t,cat'], 'row 41: column \'legs\' contains "x4"'],
    ['a row without a label', [...animals(20), '1,4,5,red,t,'], "row 21: column 'animal' has no value"],
    ['a single class', ['a,animal', '1,cat', '2,cat', '3,cat', '4,cat', '5,cat'], "only 'cat'"],
    ['a missing column', ['a,animals', '1,cat', '2,dog'], "'animals'"],
    ['a table without rows', ['a,animal'], 'no rows'],
  ])('names the file and %s', async (_, lines, message) => {
    await write('bad.csv', lines);
    const { code, stdout, stderr } = await ran(['train', 'table', '--data', at('bad.csv'), '--label', 'animal']);
    expect([code, stdout]).toEqual([1, expect.not.stringContaining('test accuracy')]);
    expect(stderr).toContain('bad.csv');
    expect(stderr).toContain(message);
  });
});

describe('manabi train text, with a table,', () => {
  test('reads texts and classes from columns', async () => {
    const rows = ['cat', 'dog', 'cow', 'goat', 'horse'].flatMap((name) => [
      `"the ${name} eats, sleeps",animal`,
      `a sail of ${name} wood,ship`,
    ]);
    await write('texts.csv', ['body,kind', ...rows]);
    const args = ['--data', at('texts.csv'), '--text', 'body', '--label', 'kind', '--out', at('texts.keras'), '--json'];
    expect(jsonOf(await ran(['train', 'text', ...args]))).toMatchObject({
      classes: ['animal', 'ship'],
      testAccuracy: 1,
    });
    const columns = ['--text', 'body', '--label', 'kind'];
    const evaluated = await ran(['evaluate', at('texts.keras'), '--data', at('texts.csv'), ...columns, '--json']);
    expect(jsonOf(evaluated)).toMatchObject({ testAccuracy: 1, samples: 10 });
    const predicted = await ran(['predict', at('texts.keras'), at('texts.csv'), '--text', 'body', '--json']);
    expect(jsonOf(predicted).predictions).toHaveLength(10);
    expect(await ran(['train', 'text', '--data', at('texts.csv')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--text'),
    });
    await write('gap.csv', ['body,kind', ...rows, ',ship']);
    expect(await ran(['train', 'text', '--data', at('gap.csv'), ...columns])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("row 11: column 'body'"),
    });
  });
});
