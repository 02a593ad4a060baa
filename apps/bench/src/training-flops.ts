import type { TaskOf } from './task-table.ts';

/**
 * Returns the number of operations in the matrix products of a dense network: those of the forward pass, of the
 * gradients of the weights, and, for all layers but the first, of the gradient of the input.
 */
export function denseFlops(units: readonly number[], batch: number, firstNeedsInputGradient = false): number {
  return units.slice(1).reduce((sum, outputs, layer) => {
    const products = layer === 0 && !firstNeedsInputGradient ? 2 : 3;
    return sum + products * 2 * batch * units[layer] * outputs;
  }, 0);
}

/** Returns the shapes of the images in the image classifier: the input, and the result of each convolution with pooling. */
export function featureShapes({ image, filters, kernel, pool }: TaskOf<'cnn-step'>): readonly (readonly number[])[] {
  const shapes: (readonly number[])[] = [image];
  for (const channels of filters) {
    const [height, width] = shapes[shapes.length - 1];
    shapes.push([Math.floor((height - kernel + 1) / pool), Math.floor((width - kernel + 1) / pool), channels]);
  }
  return shapes;
}

/** Returns the number of inputs of the first dense layer of the image classifier. */
export function flattenedLength(task: TaskOf<'cnn-step'>): number {
  const shapes = featureShapes(task);
  return shapes[shapes.length - 1].reduce((product, length) => product * length, 1);
}

/**
 * Returns the number of operations in the convolutions and dense layers of the image classifier, counted as in
 * `denseFlops`.
 */
export function cnnFlops(task: TaskOf<'cnn-step'>): number {
  const { batch, filters, kernel, units } = task;
  const shapes = featureShapes(task);
  const convolutions = filters.reduce((sum, channels, layer) => {
    const [height, width, inputs] = shapes[layer];
    const positions = batch * (height - kernel + 1) * (width - kernel + 1);
    return sum + (layer === 0 ? 2 : 3) * 2 * positions * kernel * kernel * inputs * channels;
  }, 0);
  return convolutions + denseFlops([flattenedLength(task), ...units], batch, true);
}

/**
 * Returns the number of operations in the matrix products of the LSTM and the dense layer, without those of the
 * gradient of the inputs.
 */
export function lstmFlops({ batch, steps, inputs, hidden, classes }: TaskOf<'lstm-step'>): number {
  return 2 * batch * steps * 4 * hidden * (2 * inputs + 3 * hidden) + denseFlops([hidden, classes], batch, true);
}

/**
 * Returns the number of operations in the matrix products of the transformer: those of the forward pass and of the
 * gradients of both factors. Of the scores, those of earlier tokens count.
 */
export function gptFlops({ batch, tokens, width, blocks, vocabulary }: TaskOf<'gpt-step'>): number {
  const positions = batch * tokens;
  const attended = (tokens + 1) / 2;
  const products = blocks * (12 * width ** 2 + 2 * attended * width) + width * vocabulary;
  return 3 * 2 * positions * products;
}
