import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyStep, type Step, stepsOf } from './guide/steps.ts';
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

describe('the type checker, with only some steps of CONTRIBUTING.md applied,', () => {
  test('reports every table that lacks a new operator if only the attributes of the operator are defined', async () => {
    await workspace.apply(operator.slice(0, 1));
    const tables = ['index', 'reference-table', 'samples-table', 'vjp-table'];
    expect(await filesMissing()).toEqual(
      expect.arrayContaining(tables.map((table) => `packages/ir/src/operators/${table}.ts`)),
    );
  });

  test('reports the only table that lacks a new operator', async () => {
    await workspace.apply(operator.slice(0, -1));
    expect(await filesMissing()).toEqual([operator[operator.length - 1].file]);
  });

  test.each([
    ['layer', layer, 'scale', 'packages/layers/src/layers/rows.ts'],
    ['loss', loss, 'quantile', 'packages/layers/src/losses/rows.ts'],
    ['optimizer', optimizer, 'signSgd', 'packages/optimizers/src/rows.ts'],
  ])('reports an exported %s that is missing in the table of its classes', async (_kind, steps, name, rows) => {
    await workspace.apply(steps.slice(0, 2));
    expect(await filesMissing(name, [rows])).toEqual([rows]);
  });

  test('reports the tables of the compiler that lack a new routine if only the attributes of the routine are defined', async () => {
    await workspace.apply(routine.slice(0, 3));
    expect(await filesMissing('rowDot', ['packages/compiler/src/interpret.ts'])).toEqual([
      'packages/compiler/src/routines/interpreters.ts',
      'packages/compiler/src/routines/table.ts',
    ]);
  });

  test('reports the table of emitters if it lacks a routine of the CPU target', async () => {
    await workspace.apply(routine.slice(0, 8));
    expect(await filesMissing('rowDot', ['packages/backend-cpu/src/index.ts'])).toEqual([
      'packages/backend-cpu/src/routines/at-once.ts',
    ]);
  });

  /**
   * Applies steps and returns the files in which the type checker reports that `name`, by default the new operator, is
   * missing.
   */
  async function filesMissing(
    name = 'cubic',
    entries: readonly string[] = ['index', 'reference', 'samples'].map((entry) => `packages/ir/src/${entry}.ts`),
  ): Promise<readonly string[]> {
    const diagnostics = await workspace.typeCheck(entries);
    const missing = diagnostics.filter(({ message }) => message.includes(`'${name}' is missing`));
    return [...new Set(missing.map(({ file }) => file))];
  }
});

describe('the repository with all steps of CONTRIBUTING.md applied', () => {
  beforeAll(() => workspace.apply(everything));

  test('passes the type checker and the linter', async () => {
    expect(await workspace.typeCheck()).toEqual([]);
    expect(await workspace.lint()).toMatchObject({ code: 0 });
  });

  test('passes the tests of all operators for the new operator, and runs jitted functions on the new backend', async () => {
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

  test('passes the tests of the new layer, loss and optimizer, and those of the tables of classes', async () => {
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

  test('runs the new routine in the plan interpreter and on the CPU, with the same results as the reference', async () => {
    const suite = 'packages/conformance/src/row-dot.test.ts';
    const { output, files, failed } = await workspace.test([suite]);
    expect({ failed, output }).toEqual({ failed: 0, output });
    expect(files).toEqual([suite]);
  });

  test('contains a debugging program that prints the same result at every stage of compilation', async () => {
    const { code, stdout, stderr } = await workspace.run(mistake[0].file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const sum = [1, 2, 3].reduce((total, x) => total + Math.tanh(x), 0);
    const results = stdout.match(/\d\.\d{6,}/g)?.map((digits) => Number(digits).toFixed(5));
    expect(results).toEqual(new Array(3).fill(sum.toFixed(5)));
  });
});

describe('stepsOf and applyStep', () => {
  const edit = (line: string, kind: 'after' | 'in place of' = 'after'): Step => ({
    name: 'CONTRIBUTING.md, "Add an operator", step 2 (line 7)',
    file: 'x.ts',
    location: { kind, line },
    code: 'b: 2,\nc: 3,',
  });

  test('indent inserted code like the line that the step refers to', () => {
    expect(applyStep(edit('a: 1'), '{\n  a: 1,\n}\n')).toBe('{\n  a: 1,\n  b: 2,\n  c: 3,\n}\n');
    expect(applyStep(edit('a: 1', 'in place of'), '{\n  a: 1,\n}\n')).toBe('{\n  b: 2,\n  c: 3,\n}\n');
  });

  test('throw an error that names the step if the line that it refers to is missing or ambiguous', () => {
    expect(() => applyStep(edit('a: 1'), '{\n  A: 1,\n}\n')).toThrow(/step 2 \(line 7\) is stale: .* got 0\./);
    expect(() => applyStep(edit('a: 1'), 'a: 1\na: 1\n')).toThrow(/step 2 \(line 7\) is stale: .* got 2\./);
  });

  test('reject a code block without an instruction that names its file', () => {
    expect(() => stepsOf('## A\n\nSomewhere:\n\n```ts\nx\n```\n', 'A')).toThrow(/"A", step 1 \(line 5\)/);
  });
});
