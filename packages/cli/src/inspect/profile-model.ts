import { copyRates, peakGflops } from '@manabi/backend-cpu/limits';
import {
  inspect,
  jit,
  type Model,
  type PartialType,
  profile,
  type StepClock,
  type StepReport,
  type Tensor,
  zeros,
} from 'manabi';

/** A step of a compiled plan: its number of operations, its time, and the shortest possible time on this machine. */
export interface ProfiledStep {
  readonly name: string;
  /** Nesting depth; a step with a larger depth than its predecessor is inside that loop or branch. */
  readonly depth: number;
  /** Number of runs in one run of the model. */
  readonly runs: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /**
   * Shortest possible time on the CPU: the longer of the time for the operations at peak rate and the time to copy as many
   * bytes. Null on other backends.
   */
  readonly limitMilliseconds: number | null;
  /** Whether the operations or the copying of bytes determine the shortest possible time. */
  readonly limit: 'arithmetic' | 'memory' | null;
  /** Number of threads that shared the step; null if only one thread has run it. */
  readonly threads: number | null;
  /** Time of the thread that computed longest, divided by the mean time of these threads. */
  readonly imbalance: number | null;
}

/** Measured steps of the plan that predicts one batch. */
export interface ModelProfile {
  /** Name of the backend. */
  readonly backend: string;
  /** Clock that measured the steps. */
  readonly clock: StepClock | 'host';
  readonly batchSize: number;
  /** Peak rate of one thread of the CPU, which the limit of a step on several threads multiplies; null on other backends. */
  readonly peakGflops: number | null;
  /** On `onnxruntime`: where the model runs and why; null on other backends. */
  readonly placement: string | null;
  readonly steps: readonly ProfiledStep[];
}

/** Computes the shortest possible time of a step. */
type LimitOf = (step: StepReport) => Pick<ProfiledStep, 'limitMilliseconds' | 'limit'>;

/** Number of times that the plan runs; the shortest time of each step is reported. */
const RUNS = 20;

/** Length of the zeros passed for axes that the model leaves open, except the batch. */
const OPEN_LENGTH = 28;

/**
 * Predicts a batch of zeros several times and returns the measured steps. The backend must measure times, as
 * `createCpuBackend({ measures: true })` does.
 *
 * @param backend name of the backend that runs the model; limits are measured for `cpu` only
 * @throws ManabiError `backend` if the backend does not report steps
 */
export async function profileModel(model: Model, batchSize: number, backend: string): Promise<ModelProfile> {
  const { inputTypes } = model;
  const types = inputTypes === null ? [] : 'shape' in inputTypes ? [inputTypes] : inputTypes;
  const given = types.map((type) => zeroBatch(type, batchSize));
  const inputs = inputTypes !== null && 'shape' in inputTypes ? given[0] : given;
  const predict = jit((values: ReturnType<Model['values']>, x: Tensor | Tensor[]) => model.run(values, x).outputs, {
    name: 'predict',
  });
  const values = model.values();
  for (let run = 0; run < RUNS; run++) await predict(values, inputs);
  const peak = backend === 'cpu' ? peakGflops() : null;
  const limitOf = peak === null ? withoutLimit : cpuLimit(peak);
  const reports = await profile(predict, values, inputs);
  const steps = reports.map((step) => ({
    name: step.name,
    depth: step.depth,
    runs: step.runs,
    operations: step.operations,
    bytes: step.bytes,
    milliseconds: step.milliseconds ?? 0,
    threads: step.threads ?? null,
    imbalance: step.imbalance ?? null,
    ...limitOf(step),
  }));
  // The first line of the description states the placement.
  const placement = backend === 'onnxruntime' ? (await inspect(predict, values, inputs)).split('\n')[0] : null;
  return { backend, clock: reports.at(0)?.clock ?? 'host', batchSize, peakGflops: peak, placement, steps };
}

const withoutLimit: LimitOf = () => ({ limitMilliseconds: null, limit: null });

function cpuLimit(peak: number): LimitOf {
  const copyRate = copyRates();
  return ({ operations, bytes, runs, threads = 1 }) => {
    const arithmeticMs = operations / (threads * peak) / 1e6;
    const memoryMs = bytes / copyRate(bytes / runs) / 1e6;
    return {
      limitMilliseconds: Math.max(arithmeticMs, memoryMs),
      limit: arithmeticMs >= memoryMs ? 'arithmetic' : 'memory',
    };
  };
}

function zeroBatch({ dtype, shape }: PartialType, batchSize: number): Tensor {
  return zeros(
    shape.map((length, axis) => (axis === 0 ? batchSize : (length ?? OPEN_LENGTH))),
    { dtype },
  );
}
