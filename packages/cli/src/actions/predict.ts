import { readText } from '@manabi/files';
import { type HostArray, hostArray, type Model } from 'manabi';
import { chooseBackend, chooseFor } from '../choose-backend.ts';
import { chooseScale, describeScale } from '../classify/choose-scale.ts';
import type { Classifier } from '../classify/classifier.ts';
import { withClassifier } from '../classify/open-classifier.ts';
import { type PixelScaleName, pixelScaleNames, pixelScales } from '../classify/pixel-scales.ts';
import { type Prediction, predictionOf, reportPredictions } from '../classify/prediction.ts';
import { scaledPixels } from '../classify/scaled-pixels.ts';
import { probabilityRows } from '../classify/scores.ts';
import { readTestData } from '../data/test-data.ts';
import { digitInput, imageInput } from '../images/image-input.ts';
import { readImage } from '../images/read-image.ts';
import { loadModelFile } from '../model-file.ts';
import type { CommonOptions } from '../options/command-options.ts';
import { classifyPhoto } from '../photos/classify-photos.ts';
import type { Samples } from '../recipes/index.ts';
import { applyToTable } from '../tabular/apply-table.ts';
import { isTable } from '../tabular/read-table.ts';
import { type ModelTask, readTask, type TableTask } from '../task/model-task.ts';
import type { Terminal } from '../terminal.ts';
import { classifyTexts } from '../texts/classify-texts.ts';
import { readTextColumn } from '../texts/text-table.ts';
import { UsageError } from '../usage-error.ts';

/** Options of `manabi predict`. */
export interface PredictOptions extends CommonOptions {
  readonly backend?: string;
  readonly scale: PixelScaleName | 'auto';
  readonly classLabels?: readonly string[];
  readonly digits?: boolean;
  readonly inline?: boolean;
  readonly text?: string;
}

/** Number of classes of a digit classifier. */
const DIGITS = 10;

/** Smallest accuracy on MNIST with which `predict` considers a network a digit classifier. */
const LEAST_ACCURACY = 0.5;

/** Number of MNIST digits on which pixel ranges are compared. */
const TRIAL = 500;

/** Predicts with a saved network, and prints a line for each input. */
export async function predict(
  path: string,
  inputs: readonly string[],
  options: PredictOptions,
  out: Terminal,
): Promise<void> {
  await chooseBackend(options.backend);
  const task = await readTask(path);
  if (task === null || task.task === 'digits') {
    const forTexts = options.inline ? '--inline' : options.text !== undefined ? '--text' : null;
    if (forTexts !== null) throw new UsageError(`${path} does not state that it classifies texts. Remove ${forTexts}.`);
    return predictImages(path, inputs, { ...options, digits: options.digits === true || task !== null }, out);
  }
  checkRecorded(path, task, options);
  const model = await loadModelFile(path, { compile: false });
  await chooseFor(options.backend, { model, batchSize: 1 }, out);
  if (task.task === 'table' && task.classNames === null) return predictNumbers(path, model, task, inputs, out);
  const found =
    task.task === 'images'
      ? await photoRows(model, path, inputs)
      : task.task === 'text'
        ? await textRows(model, inputs, options)
        : await tableRows(model, task, inputs, out);
  const classNames = task.classNames ?? undefined;
  const predictions = found.map(({ file, row }) => predictionOf(file, row, classNames, path));
  reportPredictions(out, predictions, classNames);
  out.finish({ model: path, task: task.task, predictions });
}

/** Rejects options that contradict what a file states. */
function checkRecorded(path: string, { task }: ModelTask, options: PredictOptions): void {
  const { scale, classLabels, digits, inline, text } = options;
  const given =
    scale !== 'auto' ? '--scale' : classLabels !== undefined ? '--class-labels' : digits ? '--digits' : null;
  if (given !== null) throw new UsageError(`${path} states its inputs and classes. Remove ${given}.`);
  const isText = task === 'text';
  const forTexts = isText ? null : inline ? '--inline' : text !== undefined ? '--text' : null;
  if (forTexts !== null) throw new UsageError(`${path} does not classify texts. Remove ${forTexts}.`);
}

interface Row {
  readonly file: string;
  readonly row: readonly number[];
}

async function photoRows(model: Model, path: string, files: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of files) rows.push({ file, row: await classifyPhoto(model, path, file) });
  return rows;
}

/** Classifies the texts in files, or the arguments themselves. */
async function textRows(
  model: Model,
  inputs: readonly string[],
  { inline, text: column }: PredictOptions,
): Promise<readonly Row[]> {
  const named: (readonly { readonly name: string; readonly text: string }[])[] = [];
  for (const input of inputs) {
    if (inline) named.push([{ name: input, text: input }]);
    else if (!isTable(input)) named.push([{ name: input, text: await readText(input) }]);
    else if (column !== undefined) named.push(await readTextColumn(input, column));
    else throw new UsageError(`${input} is a table. Name the column with the texts: --text COLUMN.`);
  }
  const texts = named.flat();
  const rows = probabilityRows(
    await classifyTexts(
      model,
      texts.map(({ text }) => text),
    ),
  );
  return rows.map((row, i) => ({ file: texts[i].name, row }));
}

/** Classifies the rows of tables. */
async function tableRows(
  model: Model,
  task: TableTask,
  files: readonly string[],
  { note }: Terminal,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of files) {
    const { table, outputs } = await applyToTable(model, task, file, note);
    probabilityRows(outputs).forEach((row, i) => {
      rows.push({ file: `${file}:${table.rows[i].number}`, row });
    });
  }
  return rows;
}

/** Predicts the numbers of the rows of tables. */
async function predictNumbers(
  path: string,
  model: Model,
  task: TableTask,
  files: readonly string[],
  out: Terminal,
): Promise<void> {
  const predictions: { readonly file: string; readonly value: number }[] = [];
  for (const file of files) {
    const { table, outputs } = await applyToTable(model, task, file, out.note);
    table.rows.forEach(({ number }, i) => {
      predictions.push({ file: `${file}:${number}`, value: Number(outputs.data[i]) });
    });
  }
  for (const { file, value } of predictions) out.say(`${file}  ${out.colours.bold(String(value))}`);
  out.finish({ model: path, task: task.task, label: task.label, predictions });
}

/** Classifies images with a network whose file does not state its inputs. */
async function predictImages(
  path: string,
  files: readonly string[],
  options: PredictOptions & { readonly digits: boolean },
  out: Terminal,
): Promise<void> {
  const prepare = (model: Model) => chooseFor(options.backend, { model, batchSize: 1 }, out);
  const { scale, predictions } = await withClassifier(path, prepare, async (classifier) => {
    const inputs = await Promise.all(
      files.map(async (file) => ({
        file,
        pixels: await imageInput(await readImage(file), classifier, file, options.digits),
      })),
    );
    const scale = await scaleOf(classifier, options, inputs[0].pixels, out.note);
    const found: Prediction[] = [];
    for (const { file, pixels } of inputs) {
      const [row] = probabilityRows(await classifier.predict(scaledPixels(pixels, scale)));
      found.push(predictionOf(file, row, options.classLabels, classifier.name));
    }
    return { scale, predictions: found };
  });
  reportPredictions(out, predictions, options.classLabels);
  out.finish({ model: path, scale, predictions });
}

/**
 * Returns the pixel range of a network. If a network for digits has no rescaling layer that shows the range, finds it with MNIST
 * digits.
 */
async function scaleOf(
  classifier: Classifier,
  { scale, digits }: PredictOptions,
  image: HostArray,
  note: (text: string) => void,
): Promise<PixelScaleName> {
  if (scale !== 'auto') return scale;
  if (classifier.scalesPixels === true) return 'raw';
  if (digits !== true) throw needsScale(classifier, 'its file does not state it');
  const [scores] = probabilityRows(await classifier.predict(image));
  if (scores.length !== DIGITS) {
    throw needsScale(classifier, `it can only be found by trial for ten classes, and the network has ${scores.length}`);
  }
  const chosen = await chooseScale(classifier, await trialDigits(classifier));
  if (chosen.accuracy === null || chosen.accuracy < LEAST_ACCURACY) {
    throw needsScale(classifier, 'the network does not recognize the digits used to find it');
  }
  note(describeScale(classifier, chosen));
  return chosen.name;
}

function needsScale({ name }: Classifier, why: string): UsageError {
  const choices = pixelScaleNames.map((scale) => `  --scale ${scale.padEnd(12)}  ${pixelScales[scale].title}`);
  return new UsageError(
    `Unknown pixel range of ${name}: ${why}. Pass the range that it was trained with:\n${choices.join('\n')}`,
  );
}

/** Returns MNIST digits, reshaped to the input shape of a network. */
async function trialDigits(classifier: Classifier): Promise<Samples> {
  const { x, y } = await readTestData('mnist', TRIAL);
  const [count, height, width] = x.shape;
  const bytes = Uint8Array.from(x.data, Number);
  const inputs = Array.from({ length: count }, (_, i) => {
    const pixels = bytes.subarray(i * height * width, (i + 1) * height * width);
    return digitInput({ width, height, pixels }, classifier, 'a digit of MNIST');
  });
  const [{ shape, data: first }] = inputs;
  const data = new Uint8Array(count * first.length);
  inputs.forEach((input, i) => {
    data.set(input.data, i * first.length);
  });
  return { x: hostArray('uint8', [count, ...shape.slice(1)], data), y };
}
