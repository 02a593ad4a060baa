import { callbacks, type HostArray, hostArray, layers, ManabiError, type Model, optimizers, sequential } from 'manabi';
import { chooseFor } from '../choose-backend.ts';
import { agreement } from '../classify/scores.ts';
import { secondsSince } from '../elapsed.ts';
import { heldOut } from '../folders/held-out.ts';
import { progress } from '../progress.ts';
import { reportCurves } from '../report.ts';
import type { TableTask } from '../task/model-task.ts';
import { saveTask } from '../task/save-task.ts';
import type { TaskOptions } from '../task/task-options.ts';
import type { Terminal } from '../terminal.ts';
import { pageCallbacks } from '../training-page.ts';
import { encodeRows, widthOf } from './encode-rows.ts';
import { findColumns, momentsOf } from './find-columns.ts';
import { checkColumns, readTable } from './read-table.ts';
import { type Errors, errorsOf, reportErrors } from './regression-errors.ts';
import { classesOf, labelsOfRows, type TablePrediction } from './table-labels.ts';

/** Options of `manabi train table`. */
export interface TrainTableOptions extends TaskOptions {
  readonly label: string;
  readonly predict?: TablePrediction;
}

/** Fewer rows than this are all used for training, without early stopping. */
const LEAST_FOR_VALIDATION = 100;

/** Trains a network that predicts a column of a table from the others. */
export async function trainTable(options: TrainTableOptions, out: Terminal): Promise<void> {
  const start = performance.now();
  const { label, epochs, batchSize } = options;
  const table = await readTable(options.data);
  checkColumns(table, [label]);
  const classNames = classesOf(table, label, options.predict);
  const { train, test } = await heldOut(table.source, table.rows, 'rows', options.seed);
  const { columns, ignored } = findColumns(table, train, label);
  if (columns.length === 0) {
    throw new ManabiError('data', `${table.source} has no columns to predict '${label}' from.`, {
      data: { source: table.source, columns: table.columns },
    });
  }
  const kind = classNames === null ? 'regression' : 'classification';
  out.say(
    `${kind} of '${label}' from ${columns.map(({ name }) => name).join(', ')}\n` +
      `${train.length.toLocaleString('en-US')} rows to train on, ${test.length.toLocaleString('en-US')} to test on`,
  );
  if (ignored.length > 0) out.note(`Ignored columns: ${ignored.join(', ')}`);

  const x = encodeRows(table, train, columns, () => {});
  const targets = labelsOfRows(table, train, label, classNames);
  const { trained, whole, y } = networkFor(widthOf(columns), classNames, targets);
  await chooseFor(options.backend, { model: trained, batchSize }, out);
  whole.summary({ print: out.say });
  const validated = train.length >= LEAST_FOR_VALIDATION;
  const history = await trained.fit(x, y, {
    epochs,
    batchSize,
    ...(validated ? { validationSplit: 0.1 } : {}),
    verbose: 0,
    callbacks: [
      progress(out.people, epochs),
      ...(validated ? [callbacks.earlyStopping({ patience: 10, restoreBestWeights: true })] : []),
      ...pageCallbacks(options, classNames, out),
    ],
  });
  reportCurves(out, history);
  const task: TableTask = { task: 'table', label, classNames, columns };
  await saveTask(whole, options.out, task, out);

  const scores = await predictTable(
    whole,
    encodeRows(table, test, columns, () => {}),
  );
  const result = outcomeOf(scores, labelsOfRows(table, test, label, classNames), classNames);
  reportTable(out, result, test.length);
  out.finish({
    task: 'table',
    kind,
    label,
    ...(classNames === null ? {} : { classes: classNames }),
    columns: columns.map(({ name }) => name),
    trainSamples: train.length,
    testSamples: test.length,
    ...result,
    epochs: history.epoch.length,
    ...(history.interrupted ? { interrupted: true } : {}),
    seconds: secondsSince(start),
  });
}

/** Result of a test: of a classification, or of a regression. */
export type TableOutcome = { readonly testAccuracy: number; readonly testLoss: number } | Errors;

/** Computes how well outputs of a network agree with labels. */
export function outcomeOf(outputs: HostArray, labels: HostArray, classNames: readonly string[] | null): TableOutcome {
  if (classNames === null) return errorsOf(outputs, labels);
  const { accuracy, crossEntropy } = agreement(outputs, labels);
  return { testAccuracy: accuracy, testLoss: crossEntropy };
}

/** Prints the result of a test. */
export function reportTable(out: Terminal, outcome: TableOutcome, samples: number): void {
  if (!('testAccuracy' in outcome)) {
    reportErrors(out, outcome, samples);
    return;
  }
  out.say(
    `\n${out.colours.bold('test accuracy')} ${outcome.testAccuracy.toFixed(4)} on ${samples.toLocaleString('en-US')} rows, ` +
      `loss ${outcome.testLoss.toFixed(4)}`,
  );
}

/** Computes the outputs of a network for encoded rows. */
export async function predictTable(model: Model, x: HostArray): Promise<HostArray> {
  const y = await model.predict(x, { batchSize: 1000 });
  return hostArray(y.dtype, y.shape, await y.data());
}

/** A network, compiled. */
interface TableNetwork {
  /** The part that is trained. */
  readonly trained: Model;
  /** The part that is trained, and a layer that scales predicted numbers back. */
  readonly whole: Model;
  /** The labels for `trained`: scaled, if they are numbers to predict. */
  readonly y: HostArray;
}

function networkFor(inputs: number, classNames: readonly string[] | null, targets: HostArray): TableNetwork {
  const units = classNames === null || classNames.length === 2 ? 1 : classNames.length;
  const activation = classNames === null ? null : units === 1 ? 'sigmoid' : 'softmax';
  const parts = [
    layers.dense({ units: 64, activation: 'relu', inputShape: [inputs] }),
    layers.dropout({ rate: 0.1 }),
    layers.dense({ units: 32, activation: 'relu' }),
    layers.dense({ units, activation }),
  ];
  const trained = sequential(parts);
  trained.compile({
    optimizer: optimizers.adam({ learningRate: 3e-3 }),
    loss:
      classNames === null ? 'meanSquaredError' : units === 1 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
    metrics: classNames === null ? ['mae'] : ['accuracy'],
  });
  if (classNames !== null) return { trained, whole: trained, y: targets };
  const { mean, deviation } = momentsOf(Array.from(targets.data, Number));
  const scaled = Float32Array.from(targets.data, (value) => (Number(value) - mean) / deviation);
  return {
    trained,
    whole: sequential([...parts, layers.rescaling({ scale: deviation, offset: mean })]),
    y: hostArray('float32', targets.shape, scaled),
  };
}
