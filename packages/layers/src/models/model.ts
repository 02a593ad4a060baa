import { Layer } from '../layer.ts';
import type { Tensors } from '../nested.ts';
import { type ModelValues, type RunOptions, type RunResult, runLayer, valuesOf } from './run.ts';

/** A layer made of layers, which can be trained. */
export abstract class Model<Config extends object = object> extends Layer<Config> {
  static override readonly className: string = 'Model';

  /**
   * Runs the model as a pure function of its weights: what the training loop traces. Nothing is read from the model but
   * its structure, and nothing in it changes.
   *
   * @throws ManabiError `argument` if the model is not built, values are missing, or a layer draws and there is no key
   * @example `const { outputs, updates, losses } = model.run(model.values(), x, { training: true, key })`
   */
  run(values: ModelValues, inputs: Tensors, options: RunOptions = {}): RunResult {
    this.checkBuilt('run');
    return runLayer(this, values, inputs, options);
  }

  /** The present values of the weights, by path. */
  values(): ModelValues {
    this.checkBuilt('values');
    return valuesOf(this);
  }
}
