import { copyRates, peakGflops } from '@manabi/backend-cpu/limits';
import { jit, type Model, type PartialType, profile, type Tensor, zeros } from 'manabi';

/** A step of a compiled plan: its number of operations, its time, and the shortest possible time on this machine. */
export interface ProfiledStep {
  readonly name: string;
  /** Nesting depth; a step with a larger depth than its predecessor is inside that loop or branch. */
  readonly depth: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /**
   * Shortest possible time: that of the operations at the machine's peak rate, or that of copying as many bytes,
   * whichever is longer.
   */
  readonly limitMilliseconds: number;
  /** Whether the operations or the copying of bytes determine the shortest possible time. */
  readonly limit: 'arithmetic' | 'memory';
}

/** Measured steps of the plan that predicts one batch. */
export interface ModelProfile {
  readonly batchSize: number;
  readonly peakGflops: number;
  readonly steps: readonly ProfiledStep[];
}

/** Number of times that the plan runs; the shortest time of each step is reported. */
const RUNS = 20;

/** Length of the zeros passed for axes that the model leaves open, except the batch. */
const OPEN_LENGTH = 28;

/**
 * Predicts a batch of zeros several times and returns the measured steps. The backend must measure times, as
 * `createCpuBackend({ measures: true })` does.
 *
 * @throws ManabiError `backend` if the backend does not report steps
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
