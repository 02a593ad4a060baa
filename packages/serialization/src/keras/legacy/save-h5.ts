import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import { Functional, type Layer, type Model, Sequential, type Variable } from '@manabi/layers';
import { lossTable, metricTable } from '@manabi/layers/classes';
import { keyedVariables, quantizedAs } from '@manabi/layers/internal';
import { groupAt, type NewAttribute, type NewGroup, newGroup } from '../../hdf5/tree.ts';
import { MOST_TEXTS_OF_ATTRIBUTE } from '../../hdf5/write/messages.ts';
import { dependsOnShapes, isKerasName } from '../config/keras-compile-classes.ts';
import type { JsonObject } from '../json.ts';
import { pythonJson } from '../python-json.ts';
import { layerLocations } from '../weights/layer-locations.ts';
import { variablesOf } from '../weights/optimizer-variables.ts';
import { modelToKeras2, notInKeras2 } from './config-to-keras-2.ts';
import { IDF_WEIGHTS, legacyOrder } from './h5-weights.ts';
import { OTHER_STATE_IN_KERAS_2 } from './keras-2-classes.ts';
import { trainingToKeras2 } from './training-to-keras-2.ts';

/** Version of Keras in whose format files are written: the last one of Keras 2. */
const KERAS_2_VERSION = '2.15.0';

/** Parts of a model to write. */
export interface CapturedModel {
  readonly model: Model;
  /** Config of the model in the format of Keras 3. */
  readonly config: JsonObject;
  readonly weights: ReadonlyMap<Variable, HostArray>;
  /** Training configuration in the format of Keras 3; undefined to omit it. */
  readonly compiled: JsonObject | undefined;
  /** State of the optimizer in the order of Keras 3; empty to omit it. */
  readonly optimizer: readonly HostArray[];
}

/**
 * Returns the groups, datasets and attributes of an `.h5` file of Keras 2 with a whole model.
 *
 * @throws ManabiError `argument` for custom model classes, and for what Keras 2 lacks
 */
export function legacyTree({ model, config, weights, compiled, optimizer }: CapturedModel): NewGroup {
  if (!(model instanceof Sequential || model instanceof Functional)) {
    throw notInKeras2(`model '${model.name}' has the custom class ${model.className}`, { className: model.className });
  }
  checkFloats(model);
  const root = newGroup();
  setVersion(root);
  root.attributes.set('model_config', pythonJson(modelToKeras2(config)));
  if (compiled !== undefined) root.attributes.set('training_config', pythonJson(trainingToKeras2(compiled, classOf)));
  putWeights(groupAt(root, ['model_weights']), model, weights);
  putOptimizer(root, model, optimizer);
  return root;
}

/** Rejects quantized layers: Keras 2 has none. */
function checkFloats(model: Model): void {
  for (const { layer } of layerLocations(model)) {
    if (quantizedAs(layer) === null) continue;
    throw new ManabiError(
      'argument',
      `Layer '${layer.name}' (${layer.className}) has quantized weights, which .h5 files cannot hold. Save the model as .keras.`,
      { op: 'saveModel', data: { layer: layer.name, format: 'h5' } },
    );
  }
}

function setVersion({ attributes }: NewGroup): void {
  attributes.set('backend', 'tensorflow');
  attributes.set('keras_version', KERAS_2_VERSION);
}

function classOf(kind: 'loss' | 'metric', name: string): string | undefined {
  if (dependsOnShapes(name) || !isKerasName(kind, name)) return undefined;
  return (kind === 'loss' ? lossTable : metricTable).builtIn(name)?.className;
}

function putWeights(group: NewGroup, { layers }: Model, weights: CapturedModel['weights']): void {
  setVersion(group);
  setTexts(
    group,
    'layer_names',
    layers.map(({ name }) => name),
  );
  for (const layer of layers) {
    const names = weightNames(layer);
    const arrays = legacyOrder(layer).flatMap((variable) => {
      const value = weights.get(variable);
      return value === undefined ? [] : [[names.get(variable) ?? variable.name, value] as const];
    });
    putArrays(groupAt(group, layer.name.split('/')), [...arrays, ...idfWeightsOf(layer)]);
  }
  putArrays(groupAt(group, ['top_level_model_weights']), []);
}

/**
 * Returns the tf-idf weights of a layer with a vocabulary, which are a weight in Keras 2.
 *
 * @throws ManabiError `argument` for such a layer within another layer
 */
function idfWeightsOf(layer: Layer): readonly (readonly [name: string, value: HostArray])[] {
  const inner = layer.sublayers.find((each) => idfOf(each) !== null || idfWeightsOf(each).length > 0);
  if (inner !== undefined && idfOf(layer) === null) {
    throw notInKeras2(`layer '${inner.name}' within '${layer.name}' has outputMode 'tfIdf'`, { layer: inner.name });
  }
  const idf = idfOf(layer);
  return idf === null ? [] : [[IDF_WEIGHTS, hostArray('float32', [idf.length], idf)]];
}

function idfOf(layer: Layer): Float32Array | null {
  return 'idfWeights' in layer && layer.idfWeights instanceof Float32Array ? layer.idfWeights : null;
}

/** Returns the names of a layer's weights in Keras 2, such as `dense/kernel:0`. */
function weightNames(layer: Layer): ReadonlyMap<unknown, string> {
  return new Map([...keyedVariables(layer)].map(([path, variable]) => [variable, `${layer.name}/${path}:0`]));
}

function putOptimizer(root: NewGroup, model: Model, state: readonly HostArray[]): void {
  if (state.length === 0) return;
  const { className } = model.compilation.optimizer;
  if (OTHER_STATE_IN_KERAS_2.has(className)) return;
  const found = model.trainer.optimizerState;
  const kinds = found === null ? [] : variablesOf(model, found);
  const arrays = kinds.flatMap((variable, i): readonly (readonly [string, HostArray])[] => {
    switch (variable.kind) {
      case 'iterations':
        return [['iteration:0', state[i]]];
      case 'average':
        return [[`${className}/average/${variable.path}:0`, state[i]]];
      case 'slot':
        return [[`${className}/${variable.slot}/${variable.path}:0`, state[i]]];
      case 'shared':
        return [[`${className}/${variable.slot}:0`, state[i]]];
      // In Keras 2, the learning rate is part of the config. The other variables do not occur in its optimizers.
      default:
        return [];
    }
  });
  putArrays(groupAt(root, ['optimizer_weights']), arrays);
}

/** Adds arrays to a group at the paths of their names, and lists the names in the attribute `weight_names`. */
function putArrays(group: NewGroup, arrays: readonly (readonly [name: string, value: HostArray])[]): void {
  setTexts(
    group,
    'weight_names',
    arrays.map(([name]) => name),
  );
  for (const [name, value] of arrays) {
    const path = name.split('/');
    groupAt(group, path.slice(0, -1)).children.set(path[path.length - 1], {
      kind: 'dataset',
      value,
      attributes: new Map<string, NewAttribute>(),
    });
  }
}

/** Sets an attribute to a list of strings; like Keras, splits long lists over `name0`, `name1`, … */
export function setTexts({ attributes }: NewGroup, name: string, texts: readonly string[]): void {
  if (texts.length <= MOST_TEXTS_OF_ATTRIBUTE) {
    attributes.set(name, texts);
    return;
  }
  for (let i = 0; i * MOST_TEXTS_OF_ATTRIBUTE < texts.length; i++) {
    attributes.set(`${name}${i}`, texts.slice(i * MOST_TEXTS_OF_ATTRIBUTE, (i + 1) * MOST_TEXTS_OF_ATTRIBUTE));
  }
}
