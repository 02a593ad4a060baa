import { modelPredictor, openPredictor, type Predictor, type Preparation } from '@manabi/serve';
import { type HostArray, hostArray, type Model, recognizeFile, selectBackend } from 'manabi';
import { chooseBackend } from '../choose-backend.ts';
import { modelClassifier } from '../classify/model-classifier.ts';
import { greyOf } from '../images/grey-image.ts';
import { digitInput } from '../images/image-input.ts';
import { decodePicture } from '../images/read-image.ts';
import { loadModelFile } from '../model-file.ts';
import { photoInput } from '../photos/classify-photos.ts';
import { readTask } from '../task/model-task.ts';
import { preparedText } from '../texts/text-network.ts';
import { checkClassNames } from './class-names.ts';

/** What a worker thread serves. */
export interface ReplicaOptions {
  /** Path or URL of the model file. */
  readonly path: string;
  /** Value of `--backend`. */
  readonly backend: string | null;
  /** Names of the classes; null for those that the file states. */
  readonly classNames: readonly string[] | null;
}

/** Name of uploaded images in messages. */
const UPLOAD = 'upload';

/** Names of the classes of networks that `manabi train` trained on digits. */
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Opens a model on a worker thread, with the inputs and classes that its file states. */
export async function open({ path, backend, classNames }: ReplicaOptions): Promise<Predictor> {
  await chooseBackend(backend ?? undefined);
  const predictor = await openModel(path, backend);
  if (classNames !== null) checkClassNames(path, predictor, classNames);
  return classNames === null ? predictor : { ...predictor, classNames };
}

async function openModel(path: string, backend: string | null): Promise<Predictor> {
  const format = await recognizeFile(path);
  if (format === 'onnx' || format === 'savedModel') return openPredictor(path);
  const task = await readTask(path);
  const model = await loadModelFile(path, { compile: false });
  if (backend === 'auto') await selectBackend({ model, batchSize: 1 });
  switch (task?.task) {
    case 'images':
      return modelPredictor(model, {
        classNames: task.classNames,
        preparation: imagesAs(model, (bytes) => photoInput(model, path, bytes, UPLOAD)),
      });
    case 'digits':
      return modelPredictor(model, { classNames: DIGITS, preparation: digitsFor(model, path) });
    case 'text': {
      const predictor = await modelPredictor(model, { classNames: task.classNames });
      return { ...predictor, preparation: textsBefore(predictor.preparation) };
    }
    case 'table':
      return modelPredictor(model, { classNames: task.classNames });
    default:
      return modelPredictor(model);
  }
}

/** Returns a preparation of drawn digits; null for a network whose pixel range the file does not state. */
function digitsFor(model: Model, path: string): Preparation | null {
  const classifier = modelClassifier(path, model);
  if (classifier.scalesPixels !== true) return null;
  return imagesAs(model, async (bytes) => digitInput(greyOf(await decodePicture(bytes, UPLOAD)), classifier, UPLOAD));
}

/** Returns a preparation of images, which are converted one by one to the dtype of the model's input. */
function imagesAs({ inputTypes }: Model, convert: (bytes: Uint8Array<ArrayBuffer>) => Promise<HostArray>): Preparation {
  const isFloat = inputTypes !== null && 'dtype' in inputTypes && inputTypes.dtype === 'float32';
  return {
    kind: 'images',
    prepare: async (items) => {
      const images: HostArray[] = [];
      for (const item of items) if (typeof item !== 'string') images.push(await convert(Uint8Array.from(item)));
      const [, ...row] = images[0].shape;
      const values = images.flatMap(({ data }) => [...data]);
      const data = isFloat ? Float32Array.from(values) : Uint8Array.from(values);
      return [hostArray(isFloat ? 'float32' : 'uint8', [images.length, ...row], data)];
    },
  };
}

/** Prepares texts as in the training before the network encodes them. */
function textsBefore(preparation: Preparation | null): Preparation | null {
  if (preparation === null) return null;
  return {
    kind: 'texts',
    prepare: (items) => preparation.prepare(items.map((item) => preparedText(String(item)))),
  };
}
