import { describe, expect, test } from '@jest/globals';
import { type Graph, type HostArray, type OpName, opNames } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { type Sample, sampleGraph, sampleInputs, samples } from '@manabi/ir/samples';
import { assertArraysClose } from '@manabi/testing';
import { createCpuBackend } from './index.ts';

const backend = createCpuBackend();

/** Results are float32 throughout here, and float64 in the reference. */
const tolerance = { rtol: 1e-5, atol: 1e-5 };

async function checkGraph(graph: Graph, inputs: readonly HostArray[], donated: readonly number[] = []): Promise<void> {
  const expected = interpret(graph, inputs);
  const before = backend.memory();
  const executable = await backend.compile(graph, { donated });
  const buffers = inputs.map((input) => backend.upload(input));
  const outputs = await executable.run(buffers);
  for (const [i, output] of outputs.entries()) {
    const actual = await backend.read(output);
    expect(actual.shape).toEqual(expected[i].shape);
    expect(actual.dtype).toBe(expected[i].dtype);
    assertArraysClose(actual.data, expected[i].data, tolerance, `output ${i}`);
  }
  for (const buffer of outputs) backend.release(buffer);
  for (const [i, buffer] of buffers.entries()) if (!donated.includes(i)) backend.release(buffer);
  executable.dispose();
  expect(backend.memory()).toEqual({ ...before, reserved: backend.memory().reserved });
}

function describeOperator<K extends OpName>(op: K, cases: readonly Sample<K>[]): void {
  describe(op, () => {
    for (const sample of cases) {
      test(sample.name, () => checkGraph(sampleGraph(op, sample), sampleInputs(sample)));
      test(`${sample.name}, operands donated`, () => {
        const inputs = sampleInputs(sample);
        return checkGraph(
          sampleGraph(op, sample),
          inputs,
          inputs.map((_, i) => i),
        );
      });
    }
  });
}

describe('every operator computes what its reference does', () => {
  for (const op of opNames) describeOperator(op, samples[op]);
});
