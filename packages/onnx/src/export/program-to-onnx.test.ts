import { describe, expect, test } from '@jest/globals';
import { graphBuilder, type HostArray, hostArray, type Program } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { compareArrays } from '@manabi/testing';
import { numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { openSession } from '../runtime/session.ts';
import { programToOnnx } from './program-to-onnx.ts';

/** Creates a program in whose list of inputs parameters and other inputs alternate. */
function product(): Program {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [2, 3] });
  const w = b.input({ dtype: 'float32', shape: [3, 4] });
  const shift = b.input({ dtype: 'float32', shape: [2, 4] });
  const bias = b.input({ dtype: 'float32', shape: [4] });
  const sum = b.add(b.add(b.dot(x, w, [], [[1, 0]]), shift), b.expand(bias, [2, 4], [1]));
  return {
    graph: b.finish([b.tanh(sum), b.neg(shift)]),
    inputNames: ['x', 'w', 'shift', 'bias'],
    outputNames: ['y', 'moved'],
    parameters: new Map([
      ['bias', numbers(4)],
      ['w', numbers(3, 4)],
    ]),
  };
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}

describe('programToOnnx', () => {
  test('writes a program whose inputs and parameters are in mixed order', async () => {
    const program = product();
    const bytes = programToOnnx(program, { name: 'product', docString: 'A product.' });
    const { name, docString, inputs, outputs, parameters } = inspectOnnx(bytes);
    expect([name, docString]).toEqual(['product', 'A product.']);
    expect(inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: [2, 3] },
      { name: 'shift', dtype: 'float32', shape: [2, 4] },
    ]);
    expect(outputs.map((output) => output.name)).toEqual(['y', 'moved']);
    expect(parameters.map((parameter) => parameter.name).sort()).toEqual(['bias', 'w']);

    const given: Record<string, HostArray> = { x: numbers(2, 3), shift: numbers(2, 4) };
    const all = program.inputNames.map((input) => program.parameters.get(input) ?? given[input]);
    const expected = interpret(program.graph, all);
    const session = await openSession(bytes);
    const made = await session.run(given);
    await session.release();
    for (const [i, output] of program.outputNames.entries()) {
      expect(made[output].shape).toEqual(expected[i].shape);
      expect(compareArrays(made[output].data, expected[i].data, { rtol: 1e-5, atol: 1e-6 }).mismatches).toBe(0);
    }
  });

  test.each<[string, Partial<Program>, object]>([
    ['too few input names', { inputNames: ['x', 'w'] }, { code: 'argument', data: { name: 'inputNames' } }],
    ['a duplicate name', { outputNames: ['y', 'y'] }, { code: 'argument', data: { name: 'outputNames' } }],
    [
      'a parameter that is not an input',
      { parameters: new Map([['v', numbers(4)]]) },
      { code: 'argument', data: { given: 'v' } },
    ],
    [
      'a parameter of another shape',
      { parameters: new Map([['bias', numbers(5)]]) },
      { code: 'shape', data: { name: 'bias', given: [5], expected: [4] } },
    ],
    [
      'a parameter of another dtype',
      { parameters: new Map([['bias', hostArray('int32', [4], new Int32Array(4))]]) },
      { code: 'dtype', data: { name: 'bias' } },
    ],
  ])('rejects %s', (_, part, error) => {
    expect(thrown(() => programToOnnx({ ...product(), ...part }))).toMatchObject(error);
  });

  test('rejects options that a program defines itself, and values that are not programs', () => {
    const options = { opset: 21, batch: 3 };
    expect(thrown(() => programToOnnx(product(), options))).toMatchObject({ code: 'argument' });
    // JavaScript callers may pass any value.
    const graph = product().graph as unknown as Program;
    expect(thrown(() => programToOnnx(graph))).toMatchObject({ code: 'argument', data: { name: 'program' } });
  });
});
