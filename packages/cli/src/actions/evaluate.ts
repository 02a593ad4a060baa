import type { HostArray, Model } from 'manabi';
import { chooseBackend, chooseFor } from '../choose-backend.ts';
import { evaluateClassifier } from '../classify/evaluate-classifier.ts';
import { predictionBatch } from '../classify/model-classifier.ts';
import { withClassifier } from '../classify/open-classifier.ts';
import type { PixelScaleName } from '../classify/pixel-scales.ts';
import { agreement } from '../classify/scores.ts';
import { isNpz } from '../data/npz-samples.ts';
import { readTestData } from '../data/test-data.ts';
import { secondsSince } from '../elapsed.ts';
import { loadModelFile } from '../model-file.ts';
import type { CommonOptions } from '../options/command-options.ts';
import { classifyFolder } from '../photos/classify-photos.ts';
import { reportOutcome } from '../report.ts';
import { applyToTable, labelsInTable } from '../tabular/apply-table.ts';
import { outcomeOf, reportTable } from '../tabular/train-table.ts';
import { type ImagesTask, readTask, type TableTask, type TextTask } from '../task/model-task.ts';
import type { Terminal } from '../terminal.ts';
import { classifyTexts } from '../texts/classify-texts.ts';
import { readTestTexts } from '../texts/labelled-texts.ts';
import { textColumns } from '../texts/text-columns.ts';
import { readTestTable } from '../texts/text-table.ts';
import { labelsOf } from '../texts/train-texts.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi evaluate`. */
export interface EvaluateOptions extends CommonOptions {
  readonly backend?: string;
  readonly data?: string;
  readonly digits?: boolean;
  readonly text?: string;
  readonly label?: string;
  readonly samples?: number;
  readonly scale: PixelScaleName | 'auto';
}

/** Evaluates a saved network on test data, and prints its accuracy. */
export async function evaluate(path: string, options: EvaluateOptions, out: Terminal): Promise<void> {
  const start = performance.now();
  await chooseBackend(options.backend);
  const task = await readTask(path);
  if (task !== null && task.task !== 'digits') return evaluateTask(path, task, options, start, out);
  const source = digitsSource(options);
  const prepare = (model: Model) => chooseFor(options.backend, { model, batchSize: predictionBatch }, out);
  await withClassifier(path, prepare, async (classifier) => {
    const data = await readTestData(source, options.samples ?? null);
    const scale = options.scale === 'auto' ? null : options.scale;
    const {
      accuracy,
      crossEntropy,
      samples,
      scale: used,
    } = await evaluateClassifier(classifier, data, scale, out.note);
    out.say(
      `${out.colours.bold('test accuracy')} ${accuracy.toFixed(4)} on ${samples.toLocaleString('en-US')} samples, ` +
        `cross-entropy ${crossEntropy.toFixed(4)}`,
    );
    out.finish({
      model: path,
      data: source,
      testAccuracy: accuracy,
      crossEntropy,
      samples,
      ...(used === null ? {} : { scale: used }),
      seconds: secondsSince(start),
    });
  });
}

/** Returns the data for a network whose file does not state its inputs. */
function digitsSource({ data, digits, text, label }: EvaluateOptions): string {
  const given = text !== undefined ? '--text' : label !== undefined ? '--label' : null;
  if (given !== null) throw new UsageError(`The network does not state that it classifies texts. Remove ${given}.`);
  if (digits && data !== undefined && isNpz(data)) throw new UsageError('--digits uses MNIST. Remove it or --data.');
  return data ?? 'mnist';
}

/** Evaluates a network with data of the kind for which it was trained. */
async function evaluateTask(
  path: string,
  task: ImagesTask | TextTask | TableTask,
  options: EvaluateOptions,
  start: number,
  out: Terminal,
): Promise<void> {
  const { data, digits, scale, samples: requested } = options;
  if (data === undefined)
    throw new UsageError(
      `${path} was saved for ${task.task === 'table' ? 'tables' : task.task === 'text' ? 'texts' : 'images'}. Pass the test data with --data.`,
    );
  const forTexts = options.text !== undefined ? '--text' : options.label !== undefined ? '--label' : null;
  if (task.task === 'images' && forTexts !== null) {
    throw new UsageError(`${path} classifies images. Remove ${forTexts}.`);
  }
  const given = digits ? '--digits' : scale !== 'auto' ? '--scale' : requested !== undefined ? '--samples' : null;
  if (given !== null) throw new UsageError(`${path} states its inputs and classes. Remove ${given}.`);
  const model = await loadModelFile(path, { compile: false });
  await chooseFor(options.backend, { model, batchSize: predictionBatch }, out);
  if (task.task === 'table') return evaluateTable(path, model, { ...options, data }, task, start, out);
  const { scores, labels } =
    task.task === 'images'
      ? await classifyFolder(model, path, data, task)
      : await scoresOfTexts(model, { ...options, data }, task.classNames);
  const { accuracy, crossEntropy } = agreement(scores, labels);
  const samples = labels.shape[0];
  reportOutcome(out, { accuracy, loss: crossEntropy, samples });
  out.finish({
    model: path,
    task: task.task,
    data,
    testAccuracy: accuracy,
    crossEntropy,
    samples,
    classes: task.classNames,
    seconds: secondsSince(start),
  });
}

async function scoresOfTexts(
  model: Model,
  options: EvaluateOptions & { readonly data: string },
  classNames: readonly string[],
): Promise<{ readonly scores: HostArray; readonly labels: HostArray }> {
  const columns = textColumns(options);
  const texts =
    columns === null
      ? await readTestTexts(options.data, classNames)
      : await readTestTable(options.data, columns, classNames);
  return {
    scores: await classifyTexts(
      model,
      texts.map(({ text }) => text),
    ),
    labels: labelsOf(texts),
  };
}

/** Evaluates a network with the rows of a table. */
async function evaluateTable(
  path: string,
  model: Model,
  { data, text, label }: EvaluateOptions & { readonly data: string },
  task: TableTask,
  start: number,
  out: Terminal,
): Promise<void> {
  const given = text !== undefined ? '--text' : label !== undefined ? '--label' : null;
  if (given !== null) throw new UsageError(`${path} states its columns. Remove ${given}.`);
  const { table, outputs } = await applyToTable(model, task, data, out.note);
  const outcome = outcomeOf(outputs, labelsInTable(table, task), task.classNames);
  const samples = table.rows.length;
  reportTable(out, outcome, samples);
  const classes = task.classNames === null ? {} : { classes: task.classNames };
  out.finish({ model: path, task: 'table', data, ...outcome, samples, ...classes, seconds: secondsSince(start) });
}
