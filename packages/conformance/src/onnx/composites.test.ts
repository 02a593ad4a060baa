import { afterAll, describe, expect, test } from '@jest/globals';
import { type HostArray, isFloat } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { exportOnnx, inspectOnnx } from '@manabi/onnx';
import { compareArrays } from '@manabi/testing';
import { compositeSection } from '../sections/composites.ts';
import { Tally } from '../tally.ts';
import { compositeGaps } from './composite-gaps.ts';
import { compositeOperators } from './composite-operators.ts';
import { graphExportable } from './graph-exportable.ts';
import { runSession, sessionOf } from './run-session.ts';

const ways = ['operators', 'bodies'] as const;
/** Operators of composites that primitives become as well. */
const inBodiesToo: readonly string[] = ['Mod', 'AveragePool'];

const tally = new Tally('ONNX Runtime', ways);

/** What is wrong with the outputs; null if nothing is. */
function faultOf(outputs: readonly HostArray[], expected: readonly HostArray[]): string | null {
  const faults = expected.flatMap(({ dtype, shape, data }, i) => {
    const output = outputs[i];
    if (output.dtype !== dtype || output.shape.join() !== shape.join()) {
      return [`output ${i} is ${output.dtype}[${output.shape.join()}], not ${dtype}[${shape.join()}]`];
    }
    const { close, message } = compareArrays(output.data, data, isFloat(dtype) ? { rtol: 1e-5, atol: 2e-6 } : {});
    return close ? [] : [`output ${i}: ${message}`];
  });
  return faults.length === 0 ? null : faults.join('; ');
}

describe.each(compositeSection.groups.map((group) => ({ group, name: group.name })))('$name', ({ group, name }) => {
  test.each(ways)('with %s, ONNX Runtime computes what the reference does', async (composites) => {
    const failures: string[] = [];
    for (const one of group.cases()) {
      if ('refusal' in one) continue;
      const gap = compositeGaps.find(
        (each) =>
          each.composite === name && (each.composites ?? composites) === composites && one.name.endsWith(each.sample),
      );
      let fault: string | null;
      try {
        const bytes = await exportOnnx(graphExportable(name, one.graph), { batch: 1, composites });
        const session = await sessionOf(bytes);
        const inputs = Object.fromEntries(one.inputs.map((input, i) => [`x${i}`, input]));
        fault = faultOf(await runSession(session, inputs), interpret(one.graph, one.inputs));
        await session.release();
      } catch (error) {
        fault = String(error);
      }
      tally.count(name, composites, fault === null ? 'passed' : gap === undefined ? 'failed' : 'gap');
      if (gap !== undefined) tally.remark(`gap: ${name}, ${gap.sample}: ${gap.reason}`);
      if (gap === undefined && fault !== null) failures.push(`${one.name}: ${fault}`);
      if (gap !== undefined && fault === null) failures.push(`${one.name}: this gap is closed: ${gap.reason}`);
    }
    expect(failures).toEqual([]);
  });

  test('becomes the operator that ONNX has for it, unless bodies are asked for', async () => {
    const found = { operators: new Set<string>(), bodies: new Set<string>() };
    for (const one of group.cases()) {
      if ('refusal' in one) continue;
      for (const composites of ways) {
        const bytes = await exportOnnx(graphExportable(name, one.graph), { batch: 1, composites });
        for (const operator of Object.keys(inspectOnnx(bytes).operators)) found[composites].add(operator);
      }
    }
    const expected = Object.entries(compositeOperators).find(([composite]) => composite === name)?.[1] ?? null;
    if (expected === null) expect([...found.operators].filter((operator) => !found.bodies.has(operator))).toEqual([]);
    else expect([...found.operators]).toContain(expected);
    if (expected !== null && !inBodiesToo.includes(expected)) expect([...found.bodies]).not.toContain(expected);
  });
});

afterAll(() => {
  process.stdout.write(`\n${tally.format()}\n`);
});
