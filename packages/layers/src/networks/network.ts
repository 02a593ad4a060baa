import { type Exportable, ManabiError, type ProgramFamily, type Tensor } from '@manabi/core';
import { functionOf, type KindsOf, objectOf, optional, readArgument, readOptions, recordOf } from '@manabi/errors';
import { callKinds } from '../call/call-options.ts';
import { callOutputs } from '../call/call-outputs.ts';
import type { CallContext } from '../call/context.ts';
import { probingRun } from '../call/runs.ts';
import { inferOutputs, mergedTypes } from '../layer/infer-outputs.ts';
import { Layer, type LayerOptions } from '../layer/layer.ts';
import { BASE_OPTIONS, classNameOf } from '../layer/layer-kinds.ts';
import { tensorKind } from '../structure/check-tensor.ts';
import { isList, mapEach, type OneOrMany, type PartialType, type Tensors, toList } from '../structure/nested.ts';
import { seedKind } from '../structure/option-kinds.ts';
import { typesKind } from '../structure/type-kind.ts';
import { exportModel } from './exportable-model.ts';
import { findLayer } from './find-layer.ts';
import type { LayerInput } from './index-extents.ts';
import { keyedVariables } from './keyed-variables.ts';
import { type ModelValues, type RunOptions, type RunResult, runLayer } from './run.ts';
import { type SummaryOptions, summaryOf } from './summary.ts';
import { valuesOf } from './values.ts';

/** What every model takes. */
export interface ModelOptions extends LayerOptions {
  /** Makes the first weights repeatable, whatever was drawn before; else `setRandomSeed` does. */
  readonly seed?: number | null;
}

const tensorsKind = recordOf(tensorKind);

const runKinds = { ...callKinds, intercept: optional(functionOf()) } satisfies KindsOf<RunOptions>;

const valuesKind = objectOf({ trainable: tensorsKind, state: tensorsKind } satisfies KindsOf<ModelValues>);

const someValuesKind = objectOf({
  trainable: optional(tensorsKind, {}),
  state: optional(tensorsKind, {}),
} satisfies KindsOf<ModelValues>);

const kinds = { seed: optional(seedKind, null) } satisfies KindsOf<Pick<ModelOptions, 'seed'>>;

/** Names of the options that all models have. */
export const MODEL_OPTIONS: readonly string[] = [...Object.keys(kinds), ...BASE_OPTIONS];

/** Layers made of layers: their types, their weights, and what runs them. `Model` adds predicting and training. */
export abstract class Network extends Layer implements Exportable {
  /** The option `seed`. */
  readonly seed: number | null;
  #inputs: OneOrMany<PartialType> | null = null;
  #outputs: readonly PartialType[] | null = null;
  #layerOutputs: ReadonlyMap<Layer, readonly PartialType[]> = new Map();

  /**
   * @param config the options that a model of your own has beside those of all models, by their names
   * @throws ManabiError `argument` for options that do not fit, and for unknown names
   */
  constructor(given: ModelOptions = {}, config: object = {}) {
    const others = [...BASE_OPTIONS, ...Object.keys(config)];
    const { seed } = readOptions(classNameOf(new.target), given, kinds, { others });
    const { seed: _, ...options } = given;
    super(options, config);
    this.seed = seed;
  }

  /** The layers right within the model. */
  get layers(): readonly Layer[] {
    return this.sublayers;
  }

  /**
   * A layer by name or place.
   *
   * @throws ManabiError `argument` if there is none, with the nearest names
   * @example `model.getLayer('dense_1').weight('kernel').value`
   */
  getLayer(nameOrIndex: string | number): Layer {
    return findLayer(this, nameOrIndex);
  }

  override ensureBuilt(inputs: OneOrMany<PartialType>): void {
    readArgument('ensureBuilt', 'inputs', inputs, typesKind);
    if (this.built) return;
    this.#buildOwn(inputs);
    this.probe(inputs);
    this.becomeBuilt();
  }

  /** Says that all weights exist; those that have no value yet are drawn from the seed. */
  protected becomeBuilt(): void {
    this.markBuilt();
    seedWeights(this);
  }

  /** Says what the inputs are. */
  protected setInputTypes(inputs: OneOrMany<PartialType>): void {
    this.#inputs = inputs;
  }

  /** Says what comes out, of the model and of the layers right within. */
  protected setOutputTypes(
    outputs: readonly PartialType[],
    layerOutputs: ReadonlyMap<Layer, readonly PartialType[]>,
  ): void {
    this.#outputs = outputs;
    this.#layerOutputs = layerOutputs;
  }

  protected override buildWithin(inputs: Tensors, context: CallContext): void {
    if (context.run.probing) {
      this.#buildOwn(mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
      this.markBuilt();
      return;
    }
    if (toList(inputs).some(({ state }) => state === 'traced')) this.checkBuilt('A traced function');
    this.ensureBuilt(mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
  }

  /** Types of the inputs, with null for the batch; null before the model is built. A list if it takes a list. */
  get inputTypes(): OneOrMany<PartialType> | null {
    return this.#inputs;
  }

  /** Types of the outputs, with null for what depends on the batch; null before the model is built. */
  get outputTypes(): readonly PartialType[] | null {
    this.#probeIfNeeded();
    return this.#outputs;
  }

  /** Names of the inputs, in their order: those under which `fit` finds arrays in a record. */
  get inputNames(): readonly string[] {
    const count = this.#inputs === null || !isList(this.#inputs) ? 1 : this.#inputs.length;
    return Array.from({ length: count }, (_, i) => (i === 0 ? 'input' : `input_${i}`));
  }

  /** Names of the outputs, in their order: those under which losses and metrics are given and told. */
  get outputNames(): readonly string[] {
    const count = this.outputTypes?.length ?? 1;
    return Array.from({ length: count }, (_, i) => (i === 0 ? 'output' : `output_${i}`));
  }

  /** What each layer right within makes, as far as it is known: for summaries. */
  get layerOutputTypes(): ReadonlyMap<Layer, readonly PartialType[]> {
    this.#probeIfNeeded();
    return this.#layerOutputs;
  }

  /**
   * Runs the model as a pure function of its weights: what the training loop traces. Nothing is read from the model but
   * its structure, and nothing in it changes.
   *
   * @throws ManabiError `argument` if the model is not built, values are missing, or a layer draws and there is no key
   * @example `const { outputs, updates, losses } = model.run(model.values(), x, { training: true, key })`
   */
  run(values: ModelValues, inputs: Tensors, options: RunOptions = {}): RunResult {
    this.checkBuilt('run');
    readArgument('run', 'values', values, valuesKind);
    readOptions('run', options, runKinds);
    return runLayer(this, values, inputs, options);
  }

  /** The present values of the weights, by path. */
  values(): ModelValues {
    this.checkBuilt('values');
    return valuesOf(this);
  }

  /**
   * Sets weights by path; others stay.
   *
   * @throws ManabiError `argument` for a path that the model does not have; `shape` or `dtype` for a value that does not
   * fit
   */
  assign(values: Partial<ModelValues>): void {
    this.checkBuilt('assign');
    const { trainable, state } = readArgument('assign', 'values', values, someValuesKind);
    const keyed = keyedVariables(this);
    for (const [path, value] of Object.entries({ ...state, ...trainable })) {
      const variable = keyed.get(path);
      if (variable === undefined) throw strangePath(this.name, path);
      variable.assign(value);
    }
  }

  /** Returns the trained weights after their constraints: for after an update. */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'] {
    readArgument('constrain', 'trainable', trainable, tensorsKind);
    const keyed = keyedVariables(this);
    return Object.fromEntries(
      Object.entries(trainable).map(([path, value]) => [path, keyed.get(path)?.constraint?.constrain(value) ?? value]),
    );
  }

  /**
   * A table of the layers, with the shapes of their outputs and numbers of weights; printed, and returned.
   *
   * @throws ManabiError `argument` if the model is not built
   */
  summary(options: SummaryOptions = {}): string {
    this.checkBuilt('summary');
    return summaryOf(this, options);
  }

  /**
   * The model as it predicts, with its present weights, for any batch size and whatever other lengths are open: what
   * `exportOnnx` starts from.
   *
   * @throws ManabiError `argument` if the model is not built
   */
  async exportPrograms(): Promise<ProgramFamily> {
    this.checkBuilt('exportPrograms');
    return exportModel(this);
  }

  /** The layers right within that are given an input of the model as it is, as far as that is known. */
  consumersOf(_place: number): readonly LayerInput[] {
    return [];
  }

  /** Where a layer's inputs come from, for summaries: `dense[0][0]`; nothing where it is plain. */
  connectionsOf(_layer: Layer): readonly string[] {
    return [];
  }

  #buildOwn(inputs: OneOrMany<PartialType>): void {
    this.makeWeights(inputs);
    this.setInputTypes(inputs);
  }

  #probeIfNeeded(): void {
    if (this.built && this.#outputs === null && this.#inputs !== null) this.probe(this.#inputs);
  }

  /** Finds what comes out, by tracing `call`; layers within build themselves on the way. */
  protected probe(inputs: OneOrMany<PartialType>): void {
    const seen: { readonly layer: Layer; readonly outputs: readonly Tensor[] }[][] = [];
    const run = {
      ...probingRun(),
      intercept: (layer: Layer, outputs: readonly Tensor[], path: readonly string[]) => {
        if (path.length === 2) seen.at(-1)?.push({ layer, outputs });
        return outputs;
      },
    };
    const outputs = inferOutputs(
      this.name,
      inputs,
      {},
      (stand, context) => {
        seen.push([]);
        return callOutputs(this, stand, context);
      },
      run,
    );
    const [first, second = first] = seen;
    const found = new Map<Layer, readonly PartialType[]>();
    first.forEach(({ layer, outputs }, i) => {
      if (!found.has(layer)) found.set(layer, mergedTypes(layer.name, outputs, second[i].outputs));
    });
    this.setOutputTypes(outputs, found);
  }
}

/** Lets the weights of models with a seed be drawn from it, those within others from their own. */
function seedWeights(layer: Layer): void {
  if (layer instanceof Network && layer.seed !== null) {
    const { seed } = layer;
    layer.weights.forEach((weight, count) => {
      weight.seed({ seed, count });
    });
  }
  for (const inner of layer.sublayers) seedWeights(inner);
}

function strangePath(model: string, path: string): ManabiError {
  return new ManabiError(
    'argument',
    `Model '${model}' has no weight '${path}': the values are those of another model.`,
    {
      op: 'assign',
      data: { model, path },
    },
  );
}
