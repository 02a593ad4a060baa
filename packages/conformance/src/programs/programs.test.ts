import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { setBackend } from '@manabi/core';
import { judgeOf } from '../judge.ts';
import { textOf } from './program.ts';
import { calls, randomProgram } from './random-program.ts';
import { graphOf, modes } from './run-program.ts';

/** Number of programs. Set `MANABI_PROGRAMS=20000` for a nightly run. */
const PROGRAMS = Number(process.env.MANABI_PROGRAMS ?? 200);
const FIRST = Number(process.env.MANABI_PROGRAMS_FROM ?? 0);

beforeAll(async () => {
  await setBackend('cpu');
});

describe('random programs of tensor functions', () => {
  test('cover every function, all dtypes and empty tensors', () => {
    const counts = new Map(calls.map((call) => [call, 0]));
    const dtypes = new Set<string>();
    for (let seed = 0; seed < 3000; seed++) {
      const { steps, types } = randomProgram(seed);
      for (const { call } of steps) counts.set(call, (counts.get(call) ?? 0) + 1);
      for (const { dtype, shape } of types) dtypes.add(`${dtype}${shape.includes(0) ? ', empty' : ''}`);
    }
    expect([...counts].filter(([, count]) => count < 5)).toEqual([]);
    expect(dtypes.size).toBe(12);
  });

  const size = 50;
  for (let first = FIRST; first < FIRST + PROGRAMS; first += size) {
    test(`match the reference in every execution mode (seeds ${first} to ${first + size - 1})`, async () => {
      const faults: string[] = [];
      for (let seed = first; seed < first + size; seed++) faults.push(...(await faultsOf(seed)));
      expect(faults).toEqual([]);
    }, 120_000);
  }
});

/**
 * Number of reference runs with random rounding errors with which a failed program is checked again. Many are needed,
 * because a result that depends on the last bit of an operand may have either value.
 */
const DRAWS = 60;

/**
 * Runs a random program in every execution mode. Returns a message for each wrong result, and the text of the program.
 */
async function faultsOf(seed: number): Promise<readonly string[]> {
  const program = randomProgram(seed);
  const { graph, inputs } = await graphOf(program);
  const judge = judgeOf(graph, inputs, 'exact');
  const faults: string[] = [];
  for (const { name, run } of modes) {
    let wrong: string | null;
    try {
      const outputs = await run(program);
      wrong = judge(outputs) && judgeOf(graph, inputs, 'exact', DRAWS)(outputs);
    } catch (error) {
      wrong = `${error}`;
    }
    if (wrong !== null) faults.push(`seed ${seed}, ${name}: ${wrong}`);
  }
  return faults.length === 0 ? [] : [...faults, textOf(program)];
}
