import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ClassificationReport } from './classification-report.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import * as evaluation from './index.ts';

/** Values that scikit-learn computes; see `tooling/goldens/evaluation`. */
interface Goldens {
  readonly arrays: readonly unknown[];
  readonly cases: readonly {
    readonly function: string;
    /** Indices of the arguments in `arrays`. */
    readonly args: readonly [number, number];
    readonly options: Readonly<Record<string, unknown>>;
    readonly expected: unknown;
  }[];
}

const { arrays, cases }: Goldens = JSON.parse(
  readFileSync(new URL('../goldens/evaluation.json', import.meta.url), 'utf8'),
);

/** Converts the texts of numbers that JSON cannot contain. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (value === 'NaN') return Number.NaN;
  return value === 'Infinity' ? Number.POSITIVE_INFINITY : value === '-Infinity' ? Number.NEGATIVE_INFINITY : value;
}

/** Returns a result in the form in which scikit-learn returns it. */
function asTuples(result: unknown): unknown {
  if (result instanceof ConfusionMatrix) return result.matrix;
  if (result instanceof ClassificationReport) return String(result);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  if ('fpr' in result && 'tpr' in result && 'thresholds' in result) return [result.fpr, result.tpr, result.thresholds];
  if (!('precision' in result) || !('recall' in result)) return result;
  const { precision, recall } = result;
  if ('thresholds' in result) return [precision, recall, result.thresholds];
  const support = 'support' in result ? result.support : null;
  return [precision, recall, 'fscore' in result ? result.fscore : null, support];
}

function expectClose(given: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    expect(given).toHaveLength(expected.length);
    for (const [i, one] of expected.entries()) expectClose(Reflect.get(Object(given), i), one);
  } else if (typeof expected === 'number' && Number.isFinite(expected)) {
    expect(Math.abs(Number(given) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  } else {
    expect(given).toEqual(expected);
  }
}

/** Reads the support of a report with weights as numbers, since Python prints 3.0 where JavaScript prints 3. */
function withoutWeights(text: string): string {
  return text.replace(/ +([\d.]+)$/gm, (_, support) => ` ${Number(support).toFixed(6)}`);
}

describe('evaluation functions equal scikit-learn', () => {
  const functions: Record<string, unknown> = { ...evaluation };
  test.each([...new Set(cases.map((one) => one.function))])('%s', (name) => {
    const compute = functions[name];
    if (typeof compute !== 'function') throw new TypeError(`No function ${name}`);
    for (const { args, options, expected } of cases.filter((one) => one.function === name)) {
      const given = Object.fromEntries(
        Object.entries(options).map(([option, value]) => [
          option,
          option === 'sampleWeight' ? arrays[Number(value)] : decoded(value),
        ]),
      );
      const result = asTuples(compute(arrays[args[0]], arrays[args[1]], given));
      if (typeof expected === 'string' && typeof result === 'string' && 'sampleWeight' in given) {
        expect(withoutWeights(result)).toBe(withoutWeights(expected));
      } else {
        try {
          expectClose(result, decoded(expected));
        } catch (error) {
          throw new Error(`${name} ${JSON.stringify([arrays[args[0]], arrays[args[1]], given])}`, { cause: error });
        }
      }
    }
  });
});
