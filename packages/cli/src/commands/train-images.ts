import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { integer } from '../options/option-values.ts';
import { baseNames } from '../photos/base-names.ts';
import type { TrainPhotosOptions } from '../photos/train-photos.ts';
import { checkPosition, withTaskOptions } from '../task/task-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi train images`. */
export function addTrainImages(train: Command, io: Io): void {
  const command = train
    .command('images')
    .description('Train a classifier of images on a pretrained network')
    .requiredOption('--data <source>', 'Folder or tar archive that contains a folder of images per class')
    .option('--base <network>', `Pretrained network: ${baseNames.join(', ')}`, 'mobilenet-v1-0.25')
    .option(
      '--weights <file>',
      "Weights of the pretrained network: a Keras file, or the model.json of TensorFlow.js; imagenet downloads Keras's",
      'imagenet',
    )
    .option('--image-size <pixels>', 'Height and width to which images are cropped and resized', integer(32), 160);
  withTaskOptions(command, { epochs: 10, leastEpochs: 0, batchSize: 32 }, [
    'manabi train images --data photos --out photos.keras',
    'manabi train images --data flowers.tar --base mobilenet-v1-0.25 --weights mobilenet/model.json --epochs 5 --json',
  ]).addHelpText(
    'after',
    '\nThe class folders may also be in folders named train, and val, validation or test. Without them, a fifth of the images\n' +
      'is held out for the test. The last layer is trained on frozen features first; --epochs is the number of epochs of\n' +
      'fine-tuning after that, 0 for none.',
  );
  command.action(async (options: TrainPhotosOptions) => {
    checkPosition(command);
    const { trainImages } = await import('../actions/train-images.ts');
    await trainImages(options, terminal(io, options.json === true));
  });
}
