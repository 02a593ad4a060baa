import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { dtypes, type HostArray, hostArray, type TensorType } from '@manabi/ir';
import { judgeOf } from '../judge.ts';
import { numbersOf, type Written } from '../special/goldens.ts';
import { type Program, textOf } from './program.ts';
import { randomProgram } from './random-program.ts';
import { graphOf } from './run-program.ts';

/** Outputs of a program, as written by `tooling/goldens/programs/evaluate.py`. */
interface Row {
  readonly seed: number;
  /** Digest of the text of the program. */
  readonly program: string;
  readonly outputs?: readonly (readonly Written[])[];
  readonly error?: string;
}

/**
 * Number of reference runs with random rounding errors. It is large because a comparison of nearly equal numbers may
 * have either result.
 */
const DRAWS = 60;

const golden = readFileSync(new URL('./goldens/numpy.jsonl', import.meta.url), 'utf8');

describe('random programs', () => {
  const rows = rowsOf(golden);

  test('are the same programs as when the goldens were computed (to update: tooling/goldens/programs/README.md)', () => {
    expect(rows.map(({ program }) => program)).toEqual(rows.map(({ seed }) => digestOf(randomProgram(seed))));
  });

  test(`produce the same outputs as NumPy (${rows.length} stored programs)`, async () => {
    expect(await faultsOf(rows)).toEqual([]);
  }, 120_000);

  const python = process.env.MANABI_PYTHON ?? '';
  const programs = Number(process.env.MANABI_PROGRAMS ?? 0);
  const live = python !== '' && programs > 0 ? test : test.skip;
  live(
    `produce the same outputs as NumPy (${programs} programs run by MANABI_PYTHON)`,
    async () => {
      const script = fileURLToPath(new URL('../../../../tooling/goldens/programs/evaluate.py', import.meta.url));
      const input = Array.from({ length: programs }, (_, seed) => textOf(randomProgram(seed))).join('\n');
      const written = execFileSync(python, [script], { input, maxBuffer: 2 ** 30, encoding: 'utf8' });
      expect(await faultsOf(rowsOf(written))).toEqual([]);
    },
    3_600_000,
  );
});

function rowsOf(text: string): readonly Row[] {
  // `evaluate.py` writes rows of this type.
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

function digestOf(program: Program): string {
  return createHash('sha256').update(textOf(program)).digest('hex').slice(0, 12);
}

async function faultsOf(rows: readonly Row[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const row of rows) {
    const program = randomProgram(row.seed);
    const wrong = row.error ?? (await mismatch(program, row.outputs ?? []));
    if (wrong !== null) faults.push(`seed ${row.seed}: ${wrong}\n${textOf(program)}`);
  }
  return faults;
}

/** Returns a description of how the outputs of NumPy differ from those of the reference; null if they agree. */
async function mismatch(program: Program, written: readonly (readonly Written[])[]): Promise<string | null> {
  const { graph, inputs } = await graphOf(program);
  const outputs = written.map((numbers, i) => arrayOf(graph.types[graph.outputs[i]], numbers));
  return judgeOf(graph, inputs, 'exact')(outputs) && judgeOf(graph, inputs, 'exact', DRAWS)(outputs);
}

function arrayOf({ dtype, shape }: TensorType, numbers: readonly Written[]): HostArray {
  const data = dtypes[dtype].create(numbers.length);
  data.set(numbersOf(numbers));
  return hostArray(dtype, shape, data);
}
