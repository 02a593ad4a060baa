import { copyRates, peakGflops } from '@manabi/backend-cpu/limits';
import { jit, type Model, type PartialType, profile, type Tensor, zeros } from 'manabi';

/** One step of what runs: what it has to do, how long it takes, and how long it would take at least. */
export interface ProfiledStep {
  readonly name: string;
  /** Deeper steps belong to the loop or branch before them. */
  readonly depth: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Shortest time that the machine could take: for the operations at its peak, or for a copy of as many bytes. */
  readonly limitMilliseconds: number;
  /** Which of the two it is. */
  readonly limit: 'arithmetic' | 'memory';
}

/** What predicting a batch comes to. */
export interface ModelProfile {
  readonly batchSize: number;
  readonly peakGflops: number;
  readonly steps: readonly ProfiledStep[];
}

/** Steps are each the shortest of so many runs. */
const RUNS = 20;

/** Lengths that a model leaves open, beside the batch. */
const OPEN_LENGTH = 28;

/**
 * Predicts a batch of zeros several times and tells the steps. The backend must measure (`createCpuBackend({ measures:
 * true })`).
 *
 * @throws ManabiError `backend` if it does not tell its steps
 */
export async function profileModel(model: Model, batchSize: number): Promise<ModelProfile> {
  const { inputTypes } = model;
  const types = inputTypes === null ? [] : 'shape' in inputTypes ? [inputTypes] : inputTypes;
  const given = types.map((type) => zeroBatch(type, batchSize));
  const inputs = inputTypes !== null && 'shape' in inputTypes ? given[0] : given;
  const predict = jit((values: ReturnType<Model['values']>, x: Tensor | Tensor[]) => model.run(values, x).outputs, {
    name: 'predict',
  });
  const values = model.values();
  for (let run = 0; run < RUNS; run++) await predict(values, inputs);
  const peak = peakGflops();
  const copyRate = copyRates();
  const steps = (await profile(predict, values, inputs)).map((step) => {
    const arithmeticMs = step.operations / peak / 1e6;
    const memoryMs = step.bytes / copyRate(step.bytes / step.runs) / 1e6;
    return {
      name: step.name,
      depth: step.depth,
      operations: step.operations,
      bytes: step.bytes,
      milliseconds: step.milliseconds ?? 0,
      limitMilliseconds: Math.max(arithmeticMs, memoryMs),
      limit: arithmeticMs >= memoryMs ? ('arithmetic' as const) : ('memory' as const),
    };
  });
  return { batchSize, peakGflops: peak, steps };
}

function zeroBatch({ dtype, shape }: PartialType, batchSize: number): Tensor {
  return zeros(
    shape.map((length, axis) => (axis === 0 ? batchSize : (length ?? OPEN_LENGTH))),
    { dtype },
  );
}
