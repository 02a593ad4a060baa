import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeRecords } from '@manabi/dashboard';
import { runInNode } from '@manabi/testing';
import { jsonOf, ran } from '../run.fixture.ts';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-dashboard-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recorded = async (name: string) => decodeRecords(await readFile(at(name), 'utf8'), name);

describe('manabi train', () => {
  test('shows the training with --dashboard, with the times of the plan, and records it with --record', async () => {
    const result = await ran(['train', 'xor', '--epochs', '3', '--json', '--dashboard', '--record', at('xor.jsonl')]);
    expect(jsonOf(result)).toMatchObject({ task: 'xor', epochs: 3 });
    expect(result.stderr).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:\d+\/$/m);
    const records = await recorded('xor.jsonl');
    expect(records[0]).toMatchObject({ type: 'started', epochs: 3 });
    expect(records.at(-1)).toMatchObject({ type: 'ended', outcome: 'finished' });
    const trace = records.find(({ type }) => type === 'trace');
    expect(trace).toMatchObject({ steps: expect.arrayContaining([{ ...anyStep, milliseconds: expect.any(Number) }]) });
    expect(records.find(({ type }) => type === 'confusion')).toMatchObject({ classes: ['0', '1'], samples: 4 });
  });

  test('names the classes of a table, without a page with only --record', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 2 === 0 ? 'cat' : 'dog'}`);
    await writeFile(at('pets.csv'), ['legs,pet', ...rows].join('\n'));
    const args = ['--data', at('pets.csv'), '--label', 'pet', '--epochs', '2', '--record', at('pets.jsonl')];
    const { code, stdout } = await ran(['train', 'table', ...args]);
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('Dashboard')]);
    expect((await recorded('pets.jsonl')).find(({ type }) => type === 'confusion')).toMatchObject({
      classes: ['cat', 'dog'],
    });
  });

  test.each([
    [['train', '--dashboard', 'xor'], 'port'],
    [['train', 'xor', '--dashboard', '70000'], 'port'],
    [['train', 'xor', '--record', 'run.txt'], '.jsonl'],
  ])('rejects %j', async (args, message) => {
    const { code, stderr } = await ran(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

const anyStep = {
  name: expect.any(String),
  depth: expect.any(Number),
  runs: expect.any(Number),
  operations: expect.any(Number),
  bytes: expect.any(Number),
};

describe('manabi dashboard', () => {
  test('serves the runs of several files until Ctrl-C', async () => {
    const ended = (run: string) => ({ type: 'ended', run, time: 0, outcome: 'finished', message: '' });
    await writeFile(at('a.jsonl'), `${JSON.stringify(ended('one'))}\n`);
    await writeFile(at('b.jsonl'), `${JSON.stringify(ended('two'))}\n`);
    const { code, stdout, stderr } = await runInNode(new URL('./dashboard.child.ts', import.meta.url), {
      args: [at('a.jsonl'), at('b.jsonl')],
      timeout: 240_000,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Press Ctrl-C to end.\n');
    expect(stdout).toContain('"type":"ended" "type":"ended"\n');
  });

  test('rejects files that contain no records', async () => {
    await writeFile(at('notes.jsonl'), 'notes\n');
    const { code, stderr } = await ran(['dashboard', at('notes.jsonl')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Line 1 of')]);
    expect(await ran(['dashboard', at('none.jsonl')])).toMatchObject({ code: 1 });
    expect(await ran(['dashboard'])).toMatchObject({ code: 2 });
  });
});
