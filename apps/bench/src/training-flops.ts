import type { TaskOf } from './task-table.ts';

/**
 * Operations of the matrix products of a dense network alone: each layer forward and for its weights' gradient, each
 * but the first for its input's gradient too.
 */
export function denseFlops(units: readonly number[], batch: number, firstNeedsInputGradient = false): number {
  return units.slice(1).reduce((sum, outputs, layer) => {
    const products = layer === 0 && !firstNeedsInputGradient ? 2 : 3;
    return sum + products * 2 * batch * units[layer] * outputs;
  }, 0);
}

/** Sides and channels of the images behind each convolution and pooling: those of the inputs first. */
export function featureShapes({ image, filters, kernel, pool }: TaskOf<'cnn-step'>): readonly (readonly number[])[] {
  const shapes: (readonly number[])[] = [image];
  for (const channels of filters) {
    const [height, width] = shapes[shapes.length - 1];
    shapes.push([Math.floor((height - kernel + 1) / pool), Math.floor((width - kernel + 1) / pool), channels]);
  }
  return shapes;
}

/** Numbers that reach the first dense layer of the classifier of images. */
export function flattenedLength(task: TaskOf<'cnn-step'>): number {
  const shapes = featureShapes(task);
  return shapes[shapes.length - 1].reduce((product, length) => product * length, 1);
}

/** Operations of the convolutions and the dense layers, counted as `denseFlops` does. */
export function cnnFlops(task: TaskOf<'cnn-step'>): number {
  const { batch, filters, kernel, units } = task;
  const shapes = featureShapes(task);
  const convolutions = filters.reduce((sum, channels, layer) => {
    const [height, width, inputs] = shapes[layer];
    const places = batch * (height - kernel + 1) * (width - kernel + 1);
    return sum + (layer === 0 ? 2 : 3) * 2 * places * kernel * kernel * inputs * channels;
  }, 0);
  return convolutions + denseFlops([flattenedLength(task), ...units], batch, true);
}

/** Operations of the products of the LSTM and of the layer on its last state; the inputs need no gradient. */
export function lstmFlops({ batch, steps, inputs, hidden, classes }: TaskOf<'lstm-step'>): number {
  return 2 * batch * steps * 4 * hidden * (2 * inputs + 3 * hidden) + denseFlops([hidden, classes], batch, true);
}
