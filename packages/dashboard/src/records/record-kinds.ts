import {
  boolean,
  count,
  type Kind,
  type KindsOf,
  kind,
  listOf,
  nullable,
  number,
  objectOf,
  oneOf,
  recordOf,
  text,
  wrongArgument,
} from '@manabi/errors';
import type {
  CompileSummary,
  Distribution,
  LayerSummary,
  ModelSummary,
  RecordOf,
  RecordType,
  Sample,
  SampleInput,
  SampleOutput,
  TraceStep,
} from './record.ts';

const float: Kind<number> = kind('a number', (given): given is number => typeof given === 'number');

/** Validates an object of one of several types, which the field `kind` distinguishes. */
function variant(kinds: Readonly<Record<string, Kind<unknown>>>): Kind<unknown> {
  const expected = `an object whose field kind is ${Object.keys(kinds).join(' or ')}`;
  const kindOf = (given: unknown): Kind<unknown> | null => {
    if (typeof given !== 'object' || given === null || !('kind' in given)) return null;
    const { kind: name } = given;
    return typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : null;
  };
  return {
    expected,
    accepts: (given) => kindOf(given) !== null,
    read: (given, location) => {
      const found = kindOf(given);
      if (found === null) throw wrongArgument(location, expected, given);
      return found.read(given, location);
    },
  };
}

const layer = objectOf({
  name: text,
  className: text,
  outputShape: text,
  parameters: count,
  trainable: boolean,
} satisfies KindsOf<LayerSummary>);

const model = objectOf({
  name: text,
  className: text,
  layers: listOf(layer),
  parameters: count,
  trainableParameters: count,
} satisfies KindsOf<ModelSummary>);

const compile = objectOf({ optimizer: text, loss: text, metrics: listOf(text) } satisfies KindsOf<CompileSummary>);

const distribution = objectOf({
  name: text,
  size: count,
  counted: count,
  notFinite: count,
  min: float,
  max: float,
  mean: float,
  deviation: float,
  counts: listOf(count),
} satisfies KindsOf<Distribution>);

type Variant<T, K> = Extract<T, { readonly kind: K }>;

const sampleInput = variant({
  image: objectOf({
    kind: oneOf('image'),
    height: count,
    width: count,
    channels: count,
    pixels: text,
  } satisfies KindsOf<Variant<SampleInput, 'image'>>),
  numbers: objectOf({ kind: oneOf('numbers'), shape: listOf(count), values: listOf(float) } satisfies KindsOf<
    Variant<SampleInput, 'numbers'>
  >),
});

const sampleOutput = variant({
  class: objectOf({
    kind: oneOf('class'),
    output: text,
    truth: text,
    prediction: text,
    score: float,
    correct: boolean,
  } satisfies KindsOf<Variant<SampleOutput, 'class'>>),
  numbers: objectOf({
    kind: oneOf('numbers'),
    output: text,
    truth: nullable(listOf(float)),
    prediction: listOf(float),
  } satisfies KindsOf<Variant<SampleOutput, 'numbers'>>),
});

const sample = objectOf({
  index: count,
  inputs: listOf(sampleInput),
  outputs: listOf(sampleOutput),
} satisfies KindsOf<Sample>);

const traceStep = objectOf({
  name: text,
  depth: count,
  runs: number({ min: 0 }),
  operations: number({ min: 0 }),
  bytes: number({ min: 0 }),
  milliseconds: nullable(number({ min: 0 })),
} satisfies KindsOf<TraceStep>);

const data = oneOf('validation', 'training batch');
const values = recordOf(float);

/** Validators of all types of records. */
export const recordKinds: { readonly [T in RecordType]: Kind<unknown> } = {
  started: objectOf({
    type: oneOf('started'),
    run: text,
    version: count,
    time: float,
    model,
    compile,
    backend: text,
    epochs: count,
    steps: nullable(float),
  } satisfies KindsOf<RecordOf<'started'>>),
  batch: objectOf({
    type: oneOf('batch'),
    run: text,
    time: float,
    epoch: count,
    batch: count,
    values,
    learningRate: float,
  } satisfies KindsOf<RecordOf<'batch'>>),
  epoch: objectOf({
    type: oneOf('epoch'),
    run: text,
    time: float,
    epoch: count,
    batches: count,
    values,
    learningRate: float,
    seconds: float,
  } satisfies KindsOf<RecordOf<'epoch'>>),
  histograms: objectOf({
    type: oneOf('histograms'),
    run: text,
    epoch: count,
    of: oneOf('weights', 'gradients'),
    tensors: listOf(distribution),
  } satisfies KindsOf<RecordOf<'histograms'>>),
  confusion: objectOf({
    type: oneOf('confusion'),
    run: text,
    epoch: count,
    data,
    output: text,
    classes: listOf(text),
    classCount: count,
    samples: count,
    correct: count,
    counts: listOf(listOf(count)),
  } satisfies KindsOf<RecordOf<'confusion'>>),
  samples: objectOf({
    type: oneOf('samples'),
    run: text,
    epoch: count,
    data,
    samples: listOf(sample),
  } satisfies KindsOf<RecordOf<'samples'>>),
  trace: objectOf({
    type: oneOf('trace'),
    run: text,
    epoch: count,
    clock: text,
    steps: listOf(traceStep),
  } satisfies KindsOf<RecordOf<'trace'>>),
  ended: objectOf({
    type: oneOf('ended'),
    run: text,
    time: float,
    outcome: oneOf('finished', 'stopped', 'failed'),
    message: text,
  } satisfies KindsOf<RecordOf<'ended'>>),
};
