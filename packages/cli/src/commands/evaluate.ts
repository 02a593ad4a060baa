import { type Command, Option } from 'commander';
import type { HostArray, Model } from 'manabi';
import { chooseBackend, chooseFor } from '../choose-backend.ts';
import { evaluateClassifier } from '../classify/evaluate-classifier.ts';
import { predictionBatch } from '../classify/model-classifier.ts';
import { withClassifier } from '../classify/open-classifier.ts';
import { type PixelScaleName, pixelScaleNames } from '../classify/pixel-scales.ts';
import { agreement } from '../classify/scores.ts';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { isNpz } from '../data/npz-samples.ts';
import { readTestData } from '../data/test-data.ts';
import { secondsSince } from '../elapsed.ts';
import type { Io } from '../io.ts';
import { loadModelFile } from '../model-file.ts';
import { integer } from '../option-values.ts';
import { classifyFolder } from '../photos/classify-photos.ts';
import { reportOutcome } from '../report.ts';
import { applyToTable, labelsInTable } from '../tabular/apply-table.ts';
import { outcomeOf, reportTable } from '../tabular/train-table.ts';
import { type ImagesTask, readTask, type TableTask, type TextTask } from '../task/model-task.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { classifyTexts } from '../texts/classify-texts.ts';
import { readTestTexts } from '../texts/labelled-texts.ts';
import { textColumns } from '../texts/text-columns.ts';
import { readTestTable } from '../texts/text-table.ts';
import { labelsOf } from '../texts/train-texts.ts';
import { withThreads } from '../thread-option.ts';
import { UsageError } from '../usage-error.ts';

interface EvaluateOptions extends CommonOptions {
  readonly backend?: string;
  readonly data?: string;
  readonly digits?: boolean;
  readonly text?: string;
  readonly label?: string;
  readonly samples?: number;
  readonly scale: PixelScaleName | 'auto';
}

/** Adds the command `manabi evaluate MODEL`. */
export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command('evaluate')
    .description('Measure the accuracy of a saved classifier')
    .argument('<model>', 'A .keras, .h5 or .onnx file')
    .option(
      '--data <source>',
      "Test data: a folder or tar archive with a folder per class, or a CSV or TSV file, for networks of manabi train; mnist, the folder or URL of MNIST's four files, or an .npz file for others (default: mnist)",
    )
    .option('--text <column>', 'Column of a CSV or TSV file that contains the texts, for a network for texts')
    .option('--label <column>', 'Column of a CSV or TSV file that contains the classes, for a network for texts')
    .option('--digits', 'The network classifies handwritten digits: use MNIST, as --data mnist')
    .option('--samples <number>', 'Number of samples to use, from the first (default: all)', integer(1))
    .addOption(scaleOption())
    .option('--backend <name>', "Backend to use (default: cpu; 'manabi doctor' lists all)");
  withCommonOptions(withThreads(command), [
    'manabi evaluate digits.keras',
    'manabi evaluate digits.onnx --data mnist --json',
    'manabi evaluate flowers.keras --data photos/test',
    'manabi evaluate iris.keras --data new.csv',
    'manabi evaluate clothes.keras --data fashion.npz --scale unit',
  ]).addHelpText(
    'after',
    '\nFiles that manabi train saved state the inputs and the classes. For others, images are reshaped to the input shape of the network, such as [28, 28], [28, 28, 1] or [784], and scaled to the pixel\n' +
      'range with the best accuracy. An .npz file must contain x_test and y_test, or x and y.',
  );
  command.action((model: string, options: EvaluateOptions) =>
    evaluate(model, options, terminal(io, options.json === true)),
  );
}

/** Creates the option that sets the pixel range. */
export function scaleOption(): Option {
  return new Option(
    '--scale <range>',
    "Pixel range: raw 0 to 255, unit 0 to 1, symmetric -1 to 1, standardized by MNIST's mean and deviation; auto finds it by trial",
  )
    .choices(['auto', ...pixelScaleNames])
    .default('auto');
}

async function evaluate(path: string, options: EvaluateOptions, out: Terminal): Promise<void> {
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
