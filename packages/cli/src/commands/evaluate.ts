import { type Command, Option } from 'commander';
import { chooseBackend } from '../choose-backend.ts';
import { evaluateClassifier } from '../classify/evaluate-classifier.ts';
import { withClassifier } from '../classify/open-classifier.ts';
import { type PixelScaleName, pixelScaleNames } from '../classify/pixel-scales.ts';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { readTestData } from '../data/test-data.ts';
import { secondsSince } from '../elapsed.ts';
import type { Io } from '../io.ts';
import { wholeNumber } from '../option-values.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface EvaluateOptions extends CommonOptions {
  readonly backend?: string;
  readonly data: string;
  readonly samples?: number;
  readonly scale: PixelScaleName | 'auto';
}

/** `manabi evaluate MODEL` */
export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command('evaluate')
    .description('tests a saved classifier')
    .argument('<model>', 'a .keras, .h5 or .onnx file, whoever made it')
    .option('--data <place>', "mnist, the folder or URL of MNIST's four files, or a .npz file", 'mnist')
    .option('--samples <number>', 'only the first samples of the data', wholeNumber(1))
    .addOption(scaleOption())
    .option('--backend <name>', 'what computes; doctor lists what there is');
  withCommonOptions(command, [
    'manabi evaluate digits.keras',
    'manabi evaluate digits.onnx --data mnist --json',
    'manabi evaluate clothes.keras --data fashion.npz --scale unit',
  ]).addHelpText(
    'after',
    '\nImages are given in the shape that the network takes, such as [28, 28], [28, 28, 1] or [784], and in the range in\n' +
      'which it does best. A .npz file holds x_test and y_test, or x and y.',
  );
  command.action((model: string, options: EvaluateOptions) =>
    evaluate(model, options, terminal(io, options.json === true)),
  );
}

/** The option that says in which range pixels are given. */
export function scaleOption(): Option {
  return new Option(
    '--scale <range>',
    'range of the pixels: found by trial, 0 to 255, 0 to 1, -1 to 1, or standardized',
  )
    .choices(['auto', ...pixelScaleNames])
    .default('auto');
}

async function evaluate(path: string, options: EvaluateOptions, out: Terminal): Promise<void> {
  const start = performance.now();
  await chooseBackend(options.backend);
  await withClassifier(path, async (classifier) => {
    const data = await readTestData(options.data, options.samples ?? null);
    const scale = options.scale === 'auto' ? null : options.scale;
    const {
      accuracy,
      crossEntropy,
      samples,
      scale: taken,
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
      ...(taken === null ? {} : { scale: taken }),
      seconds: secondsSince(start),
    });
  });
}
