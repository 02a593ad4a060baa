import { photoCount, photoFolder } from './photos.ts';
import type {
  ComputingKind,
  DataKind,
  ElementwiseFunction,
  NetworkKind,
  PredictedNetwork,
  TaskKind,
  TaskOf,
  TrainedNetwork,
} from './task-table.ts';
import { cnnFlops, denseFlops, gptFlops, lstmFlops } from './training-flops.ts';

/** Name of a benchmark, as in `--only`. */
export type WorkName = TaskKind | 'first-step';

/** A benchmark with a fixed size. */
export interface Case {
  readonly work: WorkName;
  /** Size as it is printed, without spaces. */
  readonly size: string;
  readonly task: TaskOf;
  /**
   * How the case is measured. `steady`: the task is repeated in a running process. `start`: each sample starts a new
   * process.
   */
  readonly procedure: 'steady' | 'start';
  /** Floating-point operations of one run, for benchmarks limited by arithmetic. */
  readonly flops: number | null;
  /** Bytes that one run must read and write, for benchmarks limited by memory bandwidth. */
  readonly bytes: number | null;
  /** Kernels of one run, for benchmarks of the overhead of starting kernels. */
  readonly kernels: number | null;
  /** Samples that one run prepares, for benchmarks of data. */
  readonly items: number | null;
}

const FLOAT_BYTES = 4;

/**
 * The MNIST classifier. If there were fewer batches, the network would memorize them within a few thousand steps, and
 * gradients would become denormal.
 */
const mlp: TaskOf<'mlp-step'> = { kind: 'mlp-step', batch: 32, units: [784, 128, 64, 10], batches: 256 };

/** The MNIST classifier with convolutions. */
const cnn: TaskOf<'cnn-step'> = {
  kind: 'cnn-step',
  batch: 128,
  image: [28, 28, 1],
  filters: [32, 64],
  kernel: 3,
  pool: 2,
  units: [128, 10],
  batches: 32,
};

const normalizedMlp: TaskOf<'bn-mlp-step'> = {
  kind: 'bn-mlp-step',
  batch: 128,
  units: [784, 512, 256, 128, 10],
  dropout: 0.2,
  batches: 64,
};

const lstm: TaskOf<'lstm-step'> = {
  kind: 'lstm-step',
  batch: 64,
  steps: 100,
  inputs: 64,
  hidden: 64,
  classes: 10,
  batches: 16,
};

/** The classifier of movie reviews. */
const embedding: TaskOf<'embedding-step'> = {
  kind: 'embedding-step',
  batch: 128,
  vocabulary: 10_000,
  width: 16,
  tokens: 200,
  hidden: 16,
  batches: 64,
};

const gpt: TaskOf<'gpt-step'> = {
  kind: 'gpt-step',
  batch: 16,
  tokens: 128,
  width: 128,
  blocks: 4,
  heads: 4,
  vocabulary: 256,
  batches: 16,
};

const pipeline: TaskOf<'pipeline'> = { kind: 'pipeline', elements: 10_000, size: 28, batch: 128 };

/** Benchmarks and their cases, in the order of execution. */
const works: { readonly [K in WorkName]: readonly Case[] } = {
  matmul: [256, 512, 1024, 2048].map((size) =>
    steady('matmul', `${size}x${size}x${size}`, { kind: 'matmul', size }, { flops: 2 * size ** 3 }),
  ),
  'mlp-step': [steady('mlp-step', sizeOfMlp(mlp), mlp, { flops: denseFlops(mlp.units, mlp.batch) })],
  'cnn-step': [steady('cnn-step', sizeOfCnn(cnn), cnn, { flops: cnnFlops(cnn) })],
  'bn-mlp-step': [
    steady('bn-mlp-step', sizeOfMlp(normalizedMlp), normalizedMlp, {
      flops: denseFlops(normalizedMlp.units, normalizedMlp.batch),
    }),
  ],
  'lstm-step': [
    steady('lstm-step', `${lstm.steps}x${lstm.inputs}-${lstm.hidden}-batch-${lstm.batch}`, lstm, {
      flops: lstmFlops(lstm),
    }),
  ],
  'embedding-step': [
    steady(
      'embedding-step',
      `${embedding.vocabulary}x${embedding.width}-tokens-${embedding.tokens}-batch-${embedding.batch}`,
      embedding,
      {},
    ),
  ],
  elementwise: (['add', 'relu', 'exp', 'tanh'] as const).map((name) => elementwise(name, 1_000_000)),
  reduce: [
    steady('reduce', 'rows-1024x1024', reduceOf(1, 1024), { bytes: (1024 * 1024 + 1024) * FLOAT_BYTES }),
    steady('reduce', 'columns-1024x1024', reduceOf(0, 1024), { bytes: (1024 * 1024 + 1024) * FLOAT_BYTES }),
  ],
  softmax: [softmax(1024, 1024), softmax(32, 10)],
  replay: [steady('replay', '100-dots-4x4', { kind: 'replay', kernels: 100, size: 4 }, { kernels: 100 })],
  'gpt-step': [
    steady('gpt-step', `${gpt.blocks}-blocks-${gpt.width}-tokens-${gpt.tokens}-batch-${gpt.batch}`, gpt, {
      flops: gptFlops(gpt),
    }),
  ],
  'network-step': [network('MobileNetV2', 16), network('ResNet50', 8)],
  predict: [
    prediction('mnist-cnn', { batch: 1, image: [28, 28, 1] }),
    prediction('mnist-cnn', { batch: 256, image: [28, 28, 1] }),
    prediction('MobileNetV1-0.25'),
    prediction('SqueezeNet-1.1'),
    prediction('MobileNetV2'),
    prediction('MobileNetV3Small'),
    prediction('EfficientNetB0'),
    prediction('ResNet50'),
    prediction('VGG16'),
  ],
  'image-folder': [photos(false), photos(true)],
  pipeline: [
    steady('pipeline', `${pipeline.elements}x${pipeline.size}x${pipeline.size}-batch-${pipeline.batch}`, pipeline, {
      items: pipeline.elements,
    }),
  ],
  'first-step': [start(sizeOfMlp(mlp), { ...mlp, batches: 1 }), start(sizeOfCnn(cnn), { ...cnn, batches: 1 })],
};

/** Benchmarks that prepare data, for which other contestants compete than for computations. */
export const dataWorks = ['image-folder', 'pipeline'] as const satisfies readonly DataKind[];

/**
 * Benchmarks of networks of common sizes. One run takes up to seconds, so they are measured only by name; fewer
 * contestants compete.
 */
export const networkWorks = ['gpt-step', 'network-step', 'predict'] as const satisfies readonly NetworkKind[];

/** Benchmarks that compute. */
export const computingWorks = [
  'matmul',
  'mlp-step',
  'cnn-step',
  'bn-mlp-step',
  'lstm-step',
  'embedding-step',
  'elementwise',
  'reduce',
  'softmax',
  'replay',
  'first-step',
] as const satisfies readonly (ComputingKind | 'first-step')[];

/** Names of all benchmarks. */
export const workNames: readonly string[] = Object.keys(works);

/** Groups of benchmarks, which are selected like a benchmark. */
const groups: Readonly<Record<string, readonly string[]>> = {
  networks: networkWorks,
  all: workNames,
};

/** Names of the groups of benchmarks. */
export const groupNames: readonly string[] = Object.keys(groups);

/** Benchmarks that are measured unless others are named. */
const defaultWorks = workNames.filter((name) => !groups.networks.includes(name));

/**
 * Returns the cases of the benchmarks with the given names in the order of execution; null selects all benchmarks but
 * those of the group `networks`. A name may include a size, which selects one case: `matmul:1024x1024x1024`, or be that
 * of a group.
 */
export function casesOf(names: readonly string[] | null): readonly Case[] {
  const selected = (names ?? defaultWorks).flatMap((name) => groups[name] ?? [name]);
  return Object.values(works)
    .flat()
    .filter(({ work, size }) => selected.includes(work) || selected.includes(`${work}:${size}`));
}

function steady(
  work: WorkName,
  size: string,
  task: TaskOf,
  {
    flops = null,
    bytes = null,
    kernels = null,
    items = null,
  }: Partial<Omit<Case, 'work' | 'size' | 'task' | 'procedure'>>,
): Case {
  return { work, size, task, procedure: 'steady', flops, bytes, kernels, items };
}

function start(size: string, task: TaskOf): Case {
  return { work: 'first-step', size, task, procedure: 'start', flops: null, bytes: null, kernels: null, items: null };
}

function sizeOfMlp({ units, batch }: { readonly units: readonly number[]; readonly batch: number }): string {
  return `${units.join('-')}-batch-${batch}`;
}

function sizeOfCnn({ image, batch }: TaskOf<'cnn-step'>): string {
  return `cnn-${image.join('x')}-batch-${batch}`;
}

function network(name: TrainedNetwork, batch: number): Case {
  const size = 96;
  const task: TaskOf<'network-step'> = {
    kind: 'network-step',
    network: name,
    batch,
    size,
    classes: 10,
    learningRate: 1e-6,
    batches: 8,
  };
  return steady('network-step', `${name}-${size}x${size}x3-batch-${batch}`, task, {});
}

function prediction(
  name: PredictedNetwork,
  { batch, image }: Pick<TaskOf<'predict'>, 'batch' | 'image'> = { batch: 1, image: [224, 224, 3] },
): Case {
  return steady(
    'predict',
    `${name}-${image.join('x')}-batch-${batch}`,
    { kind: 'predict', network: name, image, batch },
    {},
  );
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

function photos(augments: boolean): Case {
  const task: TaskOf<'image-folder'> = {
    kind: 'image-folder',
    folder: photoFolder,
    photos: photoCount,
    size: 224,
    batch: 32,
    augments,
  };
  return steady('image-folder', `${augments ? 'augmented-' : ''}${photoCount}-to-224x224x3-batch-32`, task, {
    items: photoCount,
  });
}
