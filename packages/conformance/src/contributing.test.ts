import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { carryOut, type Step, stepsOf } from './guide/steps.ts';
import { root, Workspace } from './guide/workspace.ts';

const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const operator = stepsOf(guide, 'Add an operator');
const backend = stepsOf(guide, 'Add a backend');
const mistake = stepsOf(guide, 'Find a mistake');
const layer = stepsOf(guide, 'Add a layer');
const loss = stepsOf(guide, 'Add a loss');
const optimizer = stepsOf(guide, 'Add an optimizer');
const routine = stepsOf(guide, 'Add a routine');
const everything = [...operator, ...backend, ...mistake, ...layer, ...loss, ...optimizer, ...routine];

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(() => workspace.remove());

describe('tables are total', () => {
  test('with its row of attributes alone, an operator is missing in the table of each side', async () => {
    await workspace.apply(operator.slice(0, 1));
    const tables = ['index', 'reference-table', 'samples-table', 'vjp-table'];
    expect(await filesWithoutIt()).toEqual(
      expect.arrayContaining(tables.map((table) => `packages/ir/src/operators/${table}.ts`)),
    );
  });

  test('with the last row left out, the type checker names the file where it is missing', async () => {
    await workspace.apply(operator.slice(0, -1));
    expect(await filesWithoutIt()).toEqual([operator[operator.length - 1].file]);
  });

  test.each([
    ['layer', layer, 'scale', 'packages/layers/src/layers/rows.ts'],
    ['loss', loss, 'quantile', 'packages/layers/src/losses/rows.ts'],
    ['optimizer', optimizer, 'signSgd', 'packages/optimizers/src/rows.ts'],
  ])('a %s that is exported without a row is missing in the table of its kind', async (_kind, steps, name, rows) => {
    await workspace.apply(steps.slice(0, 2));
    expect(await filesWithoutIt(name, [rows])).toEqual([rows]);
  });

  test('with its attributes alone, a routine is missing in the tables of the compiler', async () => {
    await workspace.apply(routine.slice(0, 3));
    expect(await filesWithoutIt('rowDot', ['packages/compiler/src/interpret.ts'])).toEqual([
      'packages/compiler/src/routines/interpreters.ts',
      'packages/compiler/src/routines/table.ts',
    ]);
  });

  test('a routine that the target of the CPU names is missing in its table of emitters', async () => {
    await workspace.apply(routine.slice(0, 8));
    expect(await filesWithoutIt('rowDot', ['packages/backend-cpu/src/index.ts'])).toEqual([
      'packages/backend-cpu/src/routines/table.ts',
    ]);
  });

  /** The files in which the type checker misses something, by default the operator. */
  async function filesWithoutIt(
    name = 'cubic',
    entries: readonly string[] = ['index', 'reference', 'samples'].map((entry) => `packages/ir/src/${entry}.ts`),
  ): Promise<readonly string[]> {
    const complaints = await workspace.typeCheck(entries);
    const missing = complaints.filter(({ message }) => message.includes(`'${name}' is missing`));
    return [...new Set(missing.map(({ file }) => file))];
  }
});

describe('with all steps', () => {
  beforeAll(() => workspace.apply(everything));

  test('the type checker and the linter are content', async () => {
    expect(await workspace.typeCheck()).toEqual([]);
    expect(await workspace.lint()).toMatchObject({ code: 0 });
  });

  test('the tests of all operators cover the new one, and jitted functions run on the new backend', async () => {
    const suites = [
      'packages/compiler/src/compile.test.ts',
      'packages/conformance/src/matrix.test.ts',
      'packages/conformance/src/onnx/operators.test.ts',
      'packages/conformance/src/toy-backend.test.ts',
      'packages/ir/src/operators/gradient.test.ts',
      'packages/ir/src/operators/samples.test.ts',
    ];
    const { output, files, failed } = await workspace.test([
      ...suites,
      '--testNamePattern',
      '\\bcubic\\b|jitted functions and their gradients|rejects a graph in float64',
    ]);
    expect({ failed, output }).toEqual({ failed: 0, output });
    expect([...files].sort()).toEqual(suites);
  });

  test('the tests of the new layer, loss and optimizer pass, and those of the tables of classes cover them', async () => {
    const suites = [
      'packages/layers/src/classes/rows.test.ts',
      'packages/layers/src/losses/quantile.test.ts',
      'packages/optimizers/src/sign-sgd.test.ts',
      'packages/serialization/src/keras/scale.test.ts',
    ];
    const { output, files, failed } = await workspace.test(suites);
    expect({ failed, output }).toEqual({ failed: 0, output });
    expect([...files].sort()).toEqual(suites);
  });

  test('the new routine computes what the reference does, in the plan interpreter and on the CPU', async () => {
    const suite = 'packages/conformance/src/row-dot.test.ts';
    const { output, files, failed } = await workspace.test([suite]);
    expect({ failed, output }).toEqual({ failed: 0, output });
    expect(files).toEqual([suite]);
  });

  test('the program that finds a mistake shows the same result of every stage', async () => {
    const { code, stdout, stderr } = await workspace.run(mistake[0].file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const sum = [1, 2, 3].reduce((total, x) => total + Math.tanh(x), 0);
    const results = stdout.match(/\d\.\d{6,}/g)?.map((digits) => Number(digits).toFixed(5));
    expect(results).toEqual(new Array(3).fill(sum.toFixed(5)));
  });
});

describe('a step', () => {
  const edit = (line: string, kind: 'after' | 'in place of' = 'after'): Step => ({
    name: 'CONTRIBUTING.md, "Add an operator", step 2 (line 7)',
    file: 'x.ts',
    place: { kind, line },
    code: 'b: 2,\nc: 3,',
  });

  test('is inserted with the indentation of its place', () => {
    expect(carryOut(edit('a: 1'), '{\n  a: 1,\n}\n')).toBe('{\n  a: 1,\n  b: 2,\n  c: 3,\n}\n');
    expect(carryOut(edit('a: 1', 'in place of'), '{\n  a: 1,\n}\n')).toBe('{\n  b: 2,\n  c: 3,\n}\n');
  });

  test('is named if its place is gone, or no longer the only one', () => {
    expect(() => carryOut(edit('a: 1'), '{\n  A: 1,\n}\n')).toThrow(/step 2 \(line 7\) is stale: x\.ts has 0 lines/);
    expect(() => carryOut(edit('a: 1'), 'a: 1\na: 1\n')).toThrow(/step 2 \(line 7\) is stale: x\.ts has 2 lines/);
  });

  test('must say where it goes', () => {
    expect(() => stepsOf('## A\n\nSomewhere:\n\n```ts\nx\n```\n', 'A')).toThrow(/"A", step 1 \(line 5\)/);
  });
});
