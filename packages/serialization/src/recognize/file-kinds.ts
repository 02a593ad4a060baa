/** Texts about a file format, for error messages. */
export interface FileKindFacts {
  /** Noun phrase for a file of this format, which follows "it is" in messages. */
  readonly what: string;
  /** Sentence that states how to read the file, or what to pass instead if a model is required. */
  readonly advice: string;
}

const AS_WEIGHTS = 'It has weights but no layers: create the model, then call loadWeights(model, source).';

const kinds = {
  keras: { what: 'a model of Keras 3 (.keras)', advice: 'Read it with loadModel().' },
  h5: { what: 'a model of Keras in HDF5 (.h5)', advice: 'Read it with loadModel().' },
  h5Weights: { what: 'an HDF5 file without a model', advice: AS_WEIGHTS },
  checkpoint: {
    what: 'a training checkpoint',
    advice: 'Create and compile the model, then call restoreCheckpoint(model, source).',
  },
  safetensors: { what: 'a safetensors file', advice: AS_WEIGHTS },
  npz: { what: 'an archive of NumPy arrays (.npz)', advice: `${AS_WEIGHTS} Read its arrays with readNpz().` },
  npy: { what: 'a NumPy array (.npy)', advice: 'Read it with readNpy().' },
  program: {
    what: 'a compiled program (.program)',
    advice:
      'Open it with openProgram(bytes) of @manabi/backend-cpu/program. It cannot be trained: load the model for that.',
  },
  onnx: {
    what: 'an ONNX model',
    advice: 'Run it with openSession() from @manabi/onnx, or load the .keras file that it was exported from.',
  },
  kerasFolder: {
    what: 'an unzipped .keras file',
    advice: 'Pass the path of its folder to loadModel().',
  },
  kerasShards: {
    what: 'a list of the files in which Keras saved weights (.weights.json)',
    advice: AS_WEIGHTS,
  },
  kerasConfig: {
    what: 'the config of a Keras model as JSON, without weights',
    advice: 'Save the whole model in Keras: model.save("model.keras").',
  },
  savedModel: {
    what: 'a TensorFlow SavedModel',
    advice:
      'Pass the path of its folder, unpacked, to loadModel(), or to openSavedModel() if it was exported without layers.',
  },
  tensorFlowGraph: {
    what: 'a TensorFlow graph (.pb)',
    advice: 'Save the original model as .keras or .h5.',
  },
  tensorFlowCheckpoint: {
    what: 'a TensorFlow checkpoint',
    advice: 'Create the model in Python, call model.load_weights(), then save it: model.save("model.keras").',
  },
  tensorFlowLite: {
    what: 'a TensorFlow Lite model',
    advice: 'Run it with TensorFlow Lite, or load the model that it was converted from.',
  },
  tensorFlowJs: {
    what: 'a TensorFlow.js model',
    advice:
      'Create the model, then call loadWeights(model, "model.json"). To load its layers as well, convert it in Python: ' +
      'tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras model.json model.h5.',
  },
  torch: {
    what: 'a PyTorch file',
    advice:
      'It has weights but no layers: create the model, then call loadWeights(model, source). Read its tensors with readTorch().',
  },
  huggingFace: {
    what: 'the folder of a Hugging Face model',
    advice: 'Create the model, then call loadWeights(model, "model.safetensors") with the file in the folder.',
  },
  pickle: {
    what: 'a Python pickle',
    advice: 'Only Python can read it. Save the arrays with numpy.savez, or the model as .keras.',
  },
  gguf: { what: 'a GGUF file', advice: 'Run it with llama.cpp, or load the model that it was converted from.' },
  image: { what: 'an image', advice: 'Pass a model file: .keras or .h5.' },
  html: { what: 'an HTML page', advice: 'Servers send a page for a wrong URL or a login. Check the URL.' },
  gitLfs: { what: 'a Git LFS pointer, not the file itself', advice: 'Run git lfs pull, then load the file again.' },
  gzip: { what: 'a gzip file', advice: 'Decompress it first: decompress(await readBytes(source)) from @manabi/files.' },
  tar: { what: 'a tar archive', advice: 'Unpack it first, then load the model file from it.' },
  zip: { what: 'a ZIP archive without a model', advice: 'A .keras file contains config.json and model.weights.h5.' },
  json: { what: 'a JSON file that does not describe a model', advice: 'Pass a model file: .keras or .h5.' },
  text: { what: 'a text file', advice: 'Pass a model file: .keras or .h5.' },
  empty: { what: 'an empty file', advice: 'Save or download it again: the last attempt may have been interrupted.' },
  folder: { what: 'a folder', advice: 'Pass the path of a file in the folder.' },
  unknown: { what: 'a file of an unknown kind', advice: 'It may be damaged. Pass a model file: .keras or .h5.' },
} as const satisfies Readonly<Record<string, FileKindFacts>>;

/** Format of a file or folder, recognized by its content. */
export type FileKind = keyof typeof kinds;

/**
 * Texts about each recognized format of files and folders, for error messages.
 *
 * @example
 * ```ts node-only
 * import { fileKinds, recognizeFile, tensor, writeNpz } from 'manabi';
 *
 * await writeNpz('digits.bin', { images: tensor([1, 2]) });
 * const { what } = fileKinds[await recognizeFile('digits.bin')];
 * console.log(what); // an archive of NumPy arrays (.npz)
 * ```
 */
export const fileKinds: { readonly [K in FileKind]: FileKindFacts } = kinds;
