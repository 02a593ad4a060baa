import { type HostArray, hostArray, ManabiError, type Tensor, traceGraph } from '@manabi/core';
import { type KindsOf, listOf, nullable, optional, readArgument, readOptions, text } from '@manabi/errors';
import { type Agreement, agreesOnPrefix, checkHostArray, type TensorType } from '@manabi/ir';
import type { Model, PartialType } from '@manabi/layers';
import { elementNamed, elements } from './elements.ts';
import { tryIndependentRows } from './independent-rows.ts';
import { modelKind } from './model-kind.ts';
import { type Port, type Predictor, type Preparation, unsupportedPort } from './predictor.ts';
import { preparationKind } from './preparation-kind.ts';
import { warmUpWith } from './warm-up.ts';

/** Options of `modelPredictor`. */
export interface ModelPredictorOptions {
  /** Names of the classes whose scores the model computes; null if it is no classifier (default null). */
  readonly classNames?: readonly string[] | null;
  /**
   * Converts images or texts to the inputs of the model. Default: the encoding layer of a model that begins with one, such
   * as `textVectorization`; null for other models.
   */
  readonly preparation?: Preparation | null;
}

const kinds = {
  classNames: optional(nullable(listOf(text)), null),
  preparation: optional(nullable(preparationKind)),
} satisfies KindsOf<ModelPredictorOptions>;

/**
 * Prepares a model for serving: determines its inputs and outputs, and whether requests can share a batch. They can if the
 * outputs of a row do not depend on other rows, which is proved from the graph of the model as far as padding goes, and tried
 * on random inputs.
 *
 * @throws ManabiError `argument` if the model is not built, or an input or output has no batch axis
 * @example
 * ```ts
 * import { modelPredictor } from '@manabi/serve';
 * import { layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], name: 'scores' })]);
 * const predictor = await modelPredictor(model);
 * console.log(predictor.independentRows); // true
 * console.log(predictor.inputs[0].shape); // [null, 3]
 * ```
 */
export async function modelPredictor(model: Model, options: ModelPredictorOptions = {}): Promise<Predictor> {
  readArgument('modelPredictor', 'model', model, modelKind);
  const { classNames, preparation = encoderOf(model) } = readOptions('modelPredictor', options, kinds);
  const { inputTypes, outputTypes, name } = model;
  if (inputTypes === null || outputTypes === null) {
    throw new ManabiError(
      'argument',
      `The input shapes of '${name}' are unknown. Call the model once, or model.build([null, ...shape]).`,
      { op: 'modelPredictor', data: { model: name } },
    );
  }
  const isList = !('shape' in inputTypes);
  const inputs = portsOf(`Model '${name}'`, 'input', model.inputNames, isList ? inputTypes : [inputTypes]);
  const outputs = portsOf(`Model '${name}'`, 'output', model.outputNames, outputTypes);
  const predict = async (given: readonly HostArray[]): Promise<readonly HostArray[]> => {
    const result = await model.predictOnBatch(isList ? given : given[0]);
    return Promise.all((Array.isArray(result) ? result : [result]).map(toHost));
  };
  const facts = { inputs, fixedBatch: null };
  const independentRows = isPrefixProved(model, inputs, isList) && (await tryIndependentRows(facts, predict));
  return {
    ...facts,
    outputs,
    independentRows,
    classNames,
    preparation,
    predict,
    warmUp: (sizes) => warmUpWith(predict, inputs, sizes),
    close: () => Promise.resolve(),
  };
}

function portsOf(
  source: string,
  what: string,
  names: readonly string[],
  types: readonly PartialType[],
): readonly Port[] {
  return types.map(({ dtype, shape }, i) => {
    const element = elementNamed(dtype);
    const name = names[i] ?? `${what}_${i}`;
    if (element === null || shape.length === 0) throw unsupportedPort(source, `${what} '${name}'`, dtype, shape);
    return { name, element, shape: [null, ...shape.slice(1)] };
  });
}

async function toHost(tensor: Tensor): Promise<HostArray> {
  const host = hostArray(tensor.dtype, tensor.shape, await tensor.data());
  tensor.dispose();
  return host;
}

/** Lengths that are tried for axes that a model leaves open. */
const LENGTHS = [8, 32, 64, 128];

/** Returns whether padding a batch provably leaves the outputs of the other rows unchanged. */
function isPrefixProved(model: Model, inputs: readonly Port[], isList: boolean): boolean {
  const values = model.values();
  const predict = (...given: readonly Tensor[]) => model.run(values, isList ? given : given[0]).outputs;
  const trace = (rows: number, length: number) =>
    traceGraph(
      predict,
      ...inputs.map(({ element, shape }): TensorType => {
        const [, ...row] = shape;
        return { dtype: elements[element].dtype, shape: [rows, ...row.map((extent) => extent ?? length)] };
      }),
    ).graph;
  for (const length of LENGTHS) {
    try {
      const [short, long] = [trace(3, length), trace(5, length)];
      const agreements = Array.from(
        { length: short.inputCount },
        (_, i): Agreement => (i < inputs.length ? 'begins' : 'zeros'),
      );
      return !agreesOnPrefix(short, long, agreements).includes('none');
    } catch (error) {
      if (!(error instanceof ManabiError)) throw error;
    }
  }
  return false;
}

/** A layer that encodes texts. */
interface TextEncoder {
  encode(texts: readonly string[]): unknown;
}

/** Returns the encoding layer of a model whose only input is texts, as a preparation. */
function encoderOf(model: Model): Preparation | null {
  const [consumer, ...others] = model.consumersOf(0);
  if (consumer === undefined || others.length > 0 || !isEncoder(consumer.layer)) return null;
  const encoder = consumer.layer;
  return {
    kind: 'texts',
    prepare: async (items) => {
      const encoded = encoder.encode(items.map(String));
      checkHostArray('predict', encoded);
      return [encoded];
    },
  };
}

function isEncoder(layer: object): layer is TextEncoder {
  return 'encodedType' in layer && 'encode' in layer && typeof layer.encode === 'function';
}
