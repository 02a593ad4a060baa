/** What is known of a kind of file. */
export interface FileKindFacts {
  /** What a file of this kind is, as it follows "it is". */
  readonly what: string;
  /** What reads it, or what to do with it where a model is needed. */
  readonly advice: string;
}

const AS_WEIGHTS = 'It has weights but no layers: make the model, and call loadWeights(model, source).';

const kinds = {
  keras: { what: 'a model of Keras 3 (.keras)', advice: 'loadModel() reads it.' },
  h5: { what: 'a model of Keras in HDF5 (.h5)', advice: 'loadModel() reads it.' },
  h5Weights: { what: 'an HDF5 file without a model', advice: AS_WEIGHTS },
  checkpoint: {
    what: 'a checkpoint of a training',
    advice: 'Make and compile the model, and call restoreCheckpoint(model, source).',
  },
  safetensors: { what: 'a safetensors file', advice: AS_WEIGHTS },
  npz: { what: 'an archive of NumPy arrays (.npz)', advice: `${AS_WEIGHTS} readNpz() reads its arrays.` },
  npy: { what: 'a NumPy array (.npy)', advice: 'readNpy() reads it.' },
  onnx: {
    what: 'an ONNX model',
    advice: 'ONNX Runtime runs it; here ONNX files are only written. Load the .keras file that it was made from.',
  },
  kerasFolder: {
    what: 'an unzipped .keras file',
    advice: 'Zip it again, without compression: zip -0 -r model.keras config.json metadata.json model.weights.h5.',
  },
  kerasConfig: {
    what: 'the config of a Keras model as JSON, without weights',
    advice: 'Save the whole model in Keras: model.save("model.keras").',
  },
  savedModel: {
    what: 'a TensorFlow SavedModel',
    advice: 'Load it in Python with Keras 2 (tf_keras.models.load_model), and save it as .h5: model.save("model.h5").',
  },
  tensorFlowGraph: {
    what: 'a TensorFlow graph (.pb)',
    advice: 'Save the model as .keras or .h5 where it was made.',
  },
  tensorFlowCheckpoint: {
    what: 'a TensorFlow checkpoint',
    advice: 'Make the model in Python, call model.load_weights(), and save it: model.save("model.keras").',
  },
  tensorFlowLite: {
    what: 'a TensorFlow Lite model',
    advice: 'TensorFlow Lite runs it. Load the model that it was made from.',
  },
  tensorFlowJs: {
    what: 'a TensorFlow.js model',
    advice:
      'Convert it in Python: tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras model.json model.h5.',
  },
  torch: {
    what: 'a PyTorch file',
    advice:
      'Convert its weights in Python: safetensors.torch.save_file(torch.load(path, weights_only=True), "weights.safetensors"). ' +
      'Then make the model, and call loadWeights().',
  },
  huggingFace: {
    what: 'a folder of a Hugging Face model',
    advice: 'Make the model, and call loadWeights(model, "model.safetensors") with its file.',
  },
  pickle: {
    what: 'a Python pickle',
    advice: 'Only Python reads it. Save the arrays with numpy.savez, or the model as .keras.',
  },
  gguf: { what: 'a GGUF file', advice: 'llama.cpp runs it. Load the model that it was made from.' },
  image: { what: 'an image', advice: 'A model file is needed: .keras or .h5.' },
  html: { what: 'an HTML page', advice: 'Servers send one for a wrong address, or for a login. Check the URL.' },
  gitLfs: { what: 'a Git LFS pointer, not the file itself', advice: 'Run git lfs pull, and load the file again.' },
  gzip: { what: 'a gzip file', advice: 'Unzip it first: decompress(await readBytes(source)) of @manabi/files.' },
  tar: { what: 'a tar archive', advice: 'Unpack it first, and load the model in it.' },
  zip: { what: 'a ZIP archive without a model', advice: 'A .keras file has config.json and model.weights.h5 in it.' },
  json: { what: 'a JSON file that does not describe a model', advice: 'A model file is needed: .keras or .h5.' },
  text: { what: 'a text file', advice: 'A model file is needed: .keras or .h5.' },
  empty: { what: 'an empty file', advice: 'Was its saving or its download interrupted?' },
  folder: { what: 'a folder', advice: 'Give the path of a file in it.' },
  unknown: { what: 'a file of an unknown kind', advice: 'It may be damaged. A model file is needed: .keras or .h5.' },
} as const satisfies Readonly<Record<string, FileKindFacts>>;

/** A kind of file or folder that is told by its content. */
export type FileKind = keyof typeof kinds;

/**
 * What files and folders of each kind are, and what reads them.
 *
 * @example `const { what, advice } = fileKinds[await recognizeFile('model.bin')];`
 */
export const fileKinds: { readonly [K in FileKind]: FileKindFacts } = kinds;
