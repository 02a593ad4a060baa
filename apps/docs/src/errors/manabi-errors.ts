import type { ManabiError } from 'manabi';
import type { ErrorText } from './error-text.ts';

/** What the codes of `ManabiError` mean. The type requires a row for every code. */
export const manabiErrors: Readonly<Record<ManabiError['code'], ErrorText>> = {
  shape: {
    cause: 'Shapes do not fit together, or a layer gets an input of another shape than it was built for.',
    remedy:
      'Compare the two shapes in the message. Usually an axis is missing (`expandDims`, or a batch of one: `[x]`), two axes are swapped (`transpose`), or images reach a dense layer without `layers.flatten()`.',
  },
  dtype: {
    cause:
      'A function does not accept the dtype, such as a gradient with respect to integers, or the backend does not support it, such as float64 on `webgpu`.',
    remedy: "Convert the values: `astype(x, 'float32')`. Pass inputs without a gradient as other arguments.",
  },
  axis: {
    cause: 'An axis does not exist, or is listed twice.',
    remedy: 'Use an axis in [-rank, rank - 1]; -1 is the last one. The message states the rank.',
  },
  attribute: {
    cause: 'A graph contains an operator with an invalid attribute. Only graphs made by hand or by another program do.',
    remedy: 'Correct the attribute that the message names where the graph is made.',
  },
  argument: {
    cause:
      'A value of an argument or option is invalid: a wrong type, a number out of range, or a name that does not exist.',
    remedy: 'The message states what is expected and what was received, and suggests similar names.',
  },
  index: {
    cause:
      'An index is outside of its axis: a token beyond the vocabulary of an embedding, a label beyond the number of classes.',
    remedy:
      'Raise `inputDim` of the embedding or `units` of the last layer, or correct the data. Labels of `sparseCategoricalCrossentropy` begin at 0.',
  },
  value: {
    cause:
      'A function of yours returned an invalid value, or a check of results failed, such as that of an exported model.',
    remedy: 'Correct the function that the message names. For an export, report the difference that it shows.',
  },
  graph: {
    cause: 'A graph or plan violates a rule. Programs that only use public functions do not cause this.',
    remedy: 'If you did not make the graph yourself, report the program as a bug.',
  },
  notDifferentiable: {
    cause:
      'A gradient is requested through an operator that has none, such as a comparison, a rounding, or a sort of integers.',
    remedy:
      'The message names the operator and the reason. Use a smooth replacement, such as `sigmoid` for a threshold, or `stopGradient` where the gradient should be zero.',
  },
  donated: {
    cause: 'A tensor was passed to a jitted function that overwrites its memory (`donate`), and was used afterwards.',
    remedy: 'Continue with the tensors that the function returned, or do not donate the argument.',
  },
  disposed: {
    cause: 'A tensor was used after `dispose()`, or after the end of its `using` block.',
    remedy: 'Dispose of a tensor after its last use. Most programs need no `dispose()`: unused tensors are freed.',
  },
  tracing: {
    cause:
      'A value of a function that `jit`, `grad` or `scan` traces was read inside, or was kept and used after its end.',
    remedy:
      'Return the value instead. Replace decisions that depend on values by `where` or `cond`, and loops by `scan` or `whileLoop`. To see values, `await` the function without `jit`.',
  },
  backend: {
    cause: 'A backend is not registered, cannot start, does not support an operator, or has lost its device.',
    remedy:
      "Import the backend (`import '@manabi/backend-webgpu/register'`), and run `npx manabi doctor`. After a lost device (`error.data.lost`), `await setBackend('webgpu')` opens a new one; restore the weights from a checkpoint.",
  },
  memory: {
    cause: 'A backend cannot allocate memory for a step or a tensor. Weights are unchanged.',
    remedy:
      'Use smaller batches, with `gradientAccumulationSteps` if their size matters. `memory()` lists what is held. See [Performance](performance.md#memory).',
  },
  aborted: {
    cause: 'An `AbortSignal` that the program passed has fired.',
    remedy: 'Nothing to mend: catch this code. After `fit`, the weights are those after the last step.',
  },
  file: {
    cause: 'A file is not in the expected format, is damaged, or cannot be written.',
    remedy: 'The message names the file and what is wrong. Download it again, or check that it is the right file.',
  },
  data: {
    cause: 'A row, record or image of a dataset is invalid, or a dataset is empty.',
    remedy:
      'The message names the file with its line or record, and `error.data.index` the position of the element. Correct the row, filter it out, or pass `onError` where a loader has it.',
  },
};
