import { type Command, Option } from 'commander';
import type { Model } from 'manabi';
import { chooseBackend, chooseFor } from '../choose-backend.ts';
import { evaluateClassifier } from '../classify/evaluate-classifier.ts';
import { predictionBatch } from '../classify/model-classifier.ts';
import { withClassifier } from '../classify/open-classifier.ts';
import { type PixelScaleName, pixelScaleNames } from '../classify/pixel-scales.ts';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { readTestData } from '../data/test-data.ts';
import { secondsSince } from '../elapsed.ts';
import type { Io } from '../io.ts';
import { integer } from '../option-values.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface EvaluateOptions extends CommonOptions {
  readonly backend?: string;
  readonly data: string;
  readonly samples?: number;
  readonly scale: PixelScaleName | 'auto';
}

/** Adds the command `manabi evaluate MODEL`. */
export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command('evaluate')
    .description('Measure the accuracy of a saved classifier')
    .argument('<model>', 'A .keras, .h5 or .onnx file')
    .option('--data <source>', "Test data: mnist, the folder or URL of MNIST's four files, or an .npz file", 'mnist')
    .option('--samples <number>', 'Number of samples to use, from the first (default: all)', integer(1))
    .addOption(scaleOption())
    .option('--backend <name>', "Backend to use (default: cpu; 'manabi doctor' lists all)");
  withCommonOptions(command, [
    'manabi evaluate digits.keras',
    'manabi evaluate digits.onnx --data mnist --json',
    'manabi evaluate clothes.keras --data fashion.npz --scale unit',
  ]).addHelpText(
    'after',
    '\nImages are reshaped to the input shape of the network, such as [28, 28], [28, 28, 1] or [784], and scaled to the pixel\n' +
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
  const prepare = (model: Model) => chooseFor(options.backend, { model, batchSize: predictionBatch }, out);
  await withClassifier(path, prepare, async (classifier) => {
    const data = await readTestData(options.data, options.samples ?? null);
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
      data: options.data,
      testAccuracy: accuracy,
      crossEntropy,
      samples,
      ...(used === null ? {} : { scale: used }),
      seconds: secondsSince(start),
    });
  });
}
