import { type DType, type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { boolean, didYouMean, readArgument, readOptions, text } from '@manabi/errors';
import { describeEntries } from '../registry/describe-config.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import type { PartialShape } from '../structure/nested.ts';
import { Variable } from '../variables/variable.ts';
import { weightKinds } from '../variables/weight-kinds.ts';
import { readWeights, writeWeights } from '../variables/weights.ts';
import { markLayer } from './is-layer.ts';
import type { Layer } from './layer.ts';
import { classNameOf, readBaseOptions } from './layer-kinds.ts';
import type { LayerOptions, WeightOptions } from './layer-options.ts';
import { automaticName } from './naming.ts';
import { findSublayers } from './sublayers.ts';

/** What a layer is and holds: its description and its weights. `Layer` adds what it computes. */
export abstract class LayerBase<Config extends object = object> {
  /** Keras's class name, under which it saves and loads; without one of its own, the name of the class. */
  static readonly className: string = '';

  readonly name: string;
  readonly className: string;
  /** The resolved options: no undefined, initializers and activations as objects and functions. */
  readonly config: Config;
  readonly dtype: DType;
  /** Shape of an input with the batch's axis, if the options say one. */
  readonly batchShape: PartialShape | null;
  readonly activityRegularizer: Regularizer | null;
  readonly #weights: Variable[] = [];
  #trainable: boolean;
  #built = false;

  /**
   * @param options as the user gave them
   * @param config the options that the class has beside those of all layers, under the same names: checked by
   * `readLayerOptions`, or plain values
   * @throws ManabiError `argument` for an option that neither the class nor all layers have, with the nearest names
   */
  constructor(options?: LayerOptions, config?: Config);
  constructor(options: LayerOptions = {}, config: Config) {
    this.className = classNameOf(new.target);
    markLayer(this);
    // A class that passes no config has no options of its own, so that `Config` is `object`.
    this.config = config ?? ({} as Config);
    const base = readBaseOptions(this.className, options, Object.keys(this.config));
    this.name = base.name ?? automaticName(this.className);
    this.dtype = base.dtype;
    this.batchShape = base.batchShape ?? (base.inputShape === undefined ? null : [null, ...base.inputShape]);
    this.activityRegularizer = base.activityRegularizer;
    this.#trainable = base.trainable;
  }

  /** The config as plain data, from which the constructor makes the same layer again. */
  getConfig(): Record<string, unknown> {
    const { name, trainable, dtype, activityRegularizer } = this;
    const base = activityRegularizer === null ? {} : { activityRegularizer };
    return describeEntries({ name, trainable, dtype, ...base, ...this.config });
  }

  /** Whether the weights exist. */
  get built(): boolean {
    return this.#built;
  }

  /** Whether an optimizer may change the weights, these and those of the layers within. */
  get trainable(): boolean {
    return this.#trainable;
  }

  /** Freezes the layer and all within, or thaws them. Counts from the next `compile` on. */
  set trainable(trainable: boolean) {
    this.#trainable = readArgument('trainable', 'trainable', trainable, boolean);
    for (const weight of this.#weights) weight.trainable = weight.madeTrainable && trainable;
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /** The layers within: those that its fields hold, directly, in lists, records and maps, in the order of the fields. */
  get sublayers(): readonly Layer[] {
    return findSublayers(this);
  }

  /** The weights that are its own, trained ones first. */
  get ownWeights(): readonly Variable[] {
    return this.ownVariables.filter(({ persistent }) => persistent);
  }

  /** The weights that are its own, and what else it keeps between runs. */
  get ownVariables(): readonly Variable[] {
    const made = (trainable: boolean): Variable[] => this.#weights.filter((w) => w.madeTrainable === trainable);
    return [...made(true), ...made(false)];
  }

  /** All weights in Keras's order: its own, trained ones first, then those of each layer within; each once. */
  get weights(): readonly Variable[] {
    return [...new Set([...this.ownWeights, ...this.sublayers.flatMap((layer) => layer.weights)])];
  }

  /** The weights that an optimizer may change. */
  get trainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter(({ trainable }) => trainable) : [];
  }

  /** The weights that no optimizer changes: frozen ones and state. */
  get nonTrainableWeights(): readonly Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** Number of elements of all weights. */
  countParams(): number {
    this.checkBuilt('countParams');
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * The weight of a name.
   *
   * @throws ManabiError `argument` if there is none
   */
  weight(name: string): Variable {
    readArgument('weight', 'name', name, text);
    const found = this.#weights.find((weight) => weight.name === name);
    if (found !== undefined) return found;
    const names = this.#weights.map((weight) => weight.name);
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) has no weight '${name}'${this.#built ? '' : ', since it is not built'}. ` +
        didYouMean(name, names),
      { op: this.className, data: { layer: this.name, name, names, built: this.#built } },
    );
  }

  /** The values of all weights, in the order of `weights`, read to the host. */
  getWeights(): Promise<HostArray[]> {
    this.checkBuilt('getWeights');
    return readWeights(this.weights);
  }

  /**
   * Sets all weights, in the order of `weights`.
   *
   * @throws ManabiError `argument` for a wrong number; `shape` or `dtype` for one that does not fit
   */
  setWeights(values: readonly (HostArray | Tensor)[]): void {
    this.checkBuilt('setWeights');
    writeWeights(this.name, this.weights, values);
  }

  /** Says that the weights exist, if they were made elsewhere than in `build`. */
  protected markBuilt(): void {
    this.#built = true;
  }

  /** @throws ManabiError `argument` if the weights do not exist yet */
  protected checkBuilt(op: string): void {
    if (this.#built) return;
    throw new ManabiError(
      'argument',
      `${op} needs the weights, but '${this.name}' (${this.className}) is not built: nobody knows its input's shape ` +
        'yet. Give the first layer an inputShape, call it on data, or call build([null, …]).',
      { op, data: { layer: this.name, className: this.className, built: false } },
    );
  }

  /**
   * Makes a weight; for `build`. Its first value is drawn when it is first read.
   *
   * @throws ManabiError `argument` for options that do not fit, and for unknown names
   */
  addWeight(options: WeightOptions): Variable {
    const { dtype = this.dtype, ...given } = readOptions('addWeight', options, weightKinds);
    const weight = new Variable({ ...given, dtype, path: `${this.name}/${given.name}` });
    weight.trainable &&= this.#trainable;
    this.#weights.push(weight);
    return weight;
  }
}
