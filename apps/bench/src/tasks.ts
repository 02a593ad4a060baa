/** The parameters of each kind of work; a runner prepares and repeats exactly this. All arrays are float32. */
export interface TaskTable {
  /** Product of two square matrices. */
  readonly matmul: { readonly size: number };
  /** One training step of a dense classifier: batch in from the host, forward, backward, Adam. */
  readonly 'mlp-step': {
    readonly batch: number;
    /** Inputs, hidden layers (ReLU), classes. */
    readonly units: readonly number[];
    /** How many different batches there are; the steps go round. */
    readonly batches: number;
  };
  /** One function over a vector; `add` takes two. */
  readonly elementwise: { readonly function: ElementwiseFunction; readonly length: number };
  /** Sums of a matrix: along axis 1 one sum a row, along axis 0 one a column. */
  readonly reduce: { readonly axis: 0 | 1; readonly rows: number; readonly columns: number };
  /** Softmax of each row. */
  readonly softmax: { readonly rows: number; readonly columns: number };
  /** A chain of products so small that only the cost of starting each one counts. */
  readonly replay: { readonly kernels: number; readonly size: number };
}

/** The functions of the elementwise work. */
export type ElementwiseFunction = 'add' | 'relu' | 'exp' | 'tanh';

/** A kind of task that a runner knows. */
export type TaskKind = keyof TaskTable;

/** A task with its kind in it, as it is sent to a runner. */
export type TaskOf<K extends TaskKind = TaskKind> = { [P in K]: { readonly kind: P } & TaskTable[P] }[K];

/** A work of the bench: what `--only` names. */
export type WorkName = TaskKind | 'first-step';

/** One line of the bench: a work at one size. */
export interface Case {
  readonly work: WorkName;
  /** The size as it is printed, without spaces. */
  readonly size: string;
  readonly task: TaskOf;
  /** `steady`: repeated in a process that lives on. `start`: each sample is a process of its own, from its start. */
  readonly procedure: 'steady' | 'start';
  /** Floating-point operations of one run, where they are what it is about. */
  readonly flops: number | null;
  /** Bytes that one run must read and write, where they are what it is about. */
  readonly bytes: number | null;
  /** Kernels of one run, where starting them is what it is about. */
  readonly kernels: number | null;
}

/** The pixels, hidden layers and classes of the MNIST classifier. */
const MNIST_UNITS = [784, 128, 64, 10];

/** Enough random batches that a few thousand steps do not learn them by heart: gradients would become denormal. */
const MANY_BATCHES = 256;

const FLOAT_BYTES = 4;

/** Every work with its cases, in the order in which they run. */
export const works: { readonly [K in WorkName]: readonly Case[] } = {
  matmul: [256, 512, 1024].map((size) =>
    steady('matmul', `${size}x${size}x${size}`, { kind: 'matmul', size }, { flops: 2 * size ** 3 }),
  ),
  'mlp-step': [mlpStep(32)],
  elementwise: (['add', 'relu', 'exp', 'tanh'] as const).map((name) => elementwise(name, 1_000_000)),
  reduce: [
    steady('reduce', 'rows-1024x1024', reduceOf(1, 1024), { bytes: (1024 * 1024 + 1024) * FLOAT_BYTES }),
    steady('reduce', 'columns-1024x1024', reduceOf(0, 1024), { bytes: (1024 * 1024 + 1024) * FLOAT_BYTES }),
  ],
  softmax: [softmax(1024, 1024), softmax(32, 10)],
  replay: [steady('replay', '100-dots-4x4', { kind: 'replay', kernels: 100, size: 4 }, { kernels: 100 })],
  'first-step': [
    {
      ...mlpStep(32),
      work: 'first-step',
      task: { kind: 'mlp-step', batch: 32, units: MNIST_UNITS, batches: 1 },
      procedure: 'start',
      flops: null,
    },
  ],
};

/** The names of all works. */
export const workNames: readonly string[] = Object.keys(works);

/** The cases of the named works, or all, in the bench's order. A name may carry a size: `matmul:1024x1024x1024`. */
export function casesOf(names: readonly string[] | null): readonly Case[] {
  const all = Object.values(works).flat();
  if (names === null) return all;
  return all.filter(({ work, size }) => names.includes(work) || names.includes(`${work}:${size}`));
}

function steady(
  work: WorkName,
  size: string,
  task: TaskOf,
  { flops = null, bytes = null, kernels = null }: Partial<Pick<Case, 'flops' | 'bytes' | 'kernels'>>,
): Case {
  return { work, size, task, procedure: 'steady', flops, bytes, kernels };
}

function elementwise(name: ElementwiseFunction, length: number): Case {
  const arrays = name === 'add' ? 3 : 2;
  const bytes = arrays * length * FLOAT_BYTES;
  return steady('elementwise', `${name}-${length}`, { kind: 'elementwise', function: name, length }, { bytes });
}

function reduceOf(axis: 0 | 1, size: number): TaskOf<'reduce'> {
  return { kind: 'reduce', axis, rows: size, columns: size };
}

function softmax(rows: number, columns: number): Case {
  const bytes = 2 * rows * columns * FLOAT_BYTES;
  return steady('softmax', `${rows}x${columns}`, { kind: 'softmax', rows, columns }, { bytes });
}

function mlpStep(batch: number): Case {
  const task: TaskOf = { kind: 'mlp-step', batch, units: MNIST_UNITS, batches: MANY_BATCHES };
  return steady('mlp-step', `${MNIST_UNITS.join('-')}-batch-${batch}`, task, { flops: mlpFlops(MNIST_UNITS, batch) });
}

/**
 * Operations of the matrix products alone: each layer forward and for its weights' gradient, each but the first for its
 * input's gradient too.
 */
function mlpFlops(units: readonly number[], batch: number): number {
  return units.slice(1).reduce((sum, outputs, layer) => {
    const products = layer === 0 ? 2 : 3;
    return sum + products * 2 * batch * units[layer] * outputs;
  }, 0);
}
