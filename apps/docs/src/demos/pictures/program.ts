// Trains a classifier on pictures of the reader: a new head on the features of a small trained network, then its last convolution.
import { live } from '../../worker/live.ts';
import type { Input, Output, Picture } from './messages.ts';
import { PictureTraining } from './network/picture-training.ts';
import { readExtractor } from './network/read-extractor.ts';

/** Milliseconds per step of the head, which is slow enough to watch. */
const PACE = 15;

// Bundlers replace addresses of files that they find; this one is in the folder of the library.
const training = new PictureTraining(
  await readExtractor(new URL(['data', 'extractor.safetensors'].join('/'), import.meta.url)),
);
let question: Picture | null = null;
let file: Output['file'] = null;
let lastStep = 0;

await live<Input, Output>({
  step: async () => {
    const wait = PACE - (performance.now() - lastStep);
    if (training.phase === 'head' && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    lastStep = performance.now();
    return training.step();
  },
  report: async () => {
    const [probabilities] = (question === null ? null : await training.classify([question.pixels])) ?? [null];
    const saved = file;
    file = null;
    const { phase, progress, pictures, isComplete } = training;
    const answer = question === null || probabilities === null ? null : { picture: question.id, probabilities };
    return { phase, progress, pictures, isComplete, answer, file: saved };
  },
  receive: async (input) => {
    switch (input.type) {
      case 'examples':
        await training.begin(input.classes);
        break;
      case 'fineTune':
        training.fineTune();
        break;
      case 'question':
        question = input.picture;
        break;
      case 'save': {
        const { network } = training;
        if (network === null) break;
        const { modelFile } = await import('../../worker/model-file.ts');
        file = { format: input.format, bytes: await modelFile(network, input.format) };
      }
    }
  },
});
