import { isList, isObject, type Json, type JsonObject, shown } from '../json.ts';
import { notInKeras2 } from './config-to-keras-2.ts';
import { OBJECTIVES_NOT_IN_KERAS_2, OPTIMIZERS_OF_KERAS_2 } from './keras-2-classes.ts';

/**
 * Converts the training configuration of a model from the format of Keras 3 to that of Keras 2.
 *
 * @param compiled the result of `compileToKeras`
 * @param classOf returns the class of a loss or metric that is given by name; undefined for custom functions, and for
 * names whose meaning depends on the shapes of the data
 * @throws ManabiError `argument` for optimizers, losses and metrics that Keras 2 lacks
 */
export function trainingToKeras2(
  compiled: JsonObject,
  classOf: (kind: 'loss' | 'metric', name: string) => string | undefined,
): JsonObject {
  return {
    optimizer_config: isObject(compiled.optimizer) ? optimizerToKeras2(compiled.optimizer) : null,
    loss: objectiveToKeras2('loss', compiled.loss, classOf),
    loss_weights: compiled.loss_weights ?? null,
    metrics: objectiveToKeras2('metric', withSparseAccuracy(compiled.metrics, compiled.loss), classOf),
    weighted_metrics: objectiveToKeras2(
      'metric',
      withSparseAccuracy(compiled.weighted_metrics, compiled.loss),
      classOf,
    ),
  };
}

/**
 * Replaces the name `accuracy` by its class if the labels are class indices. When Keras 2 loads a model, it chooses the function
 * for the name from the shape of the outputs alone, and would expect one-hot labels.
 */
function withSparseAccuracy(metrics: Json | undefined, loss: Json | undefined): Json | undefined {
  if (metrics === 'accuracy' || metrics === 'acc') {
    return isSparse(loss) ? { class_name: 'SparseCategoricalAccuracy', config: { name: metrics } } : metrics;
  }
  if (isList(metrics)) return metrics.map((metric) => withSparseAccuracy(metric, loss) ?? null);
  if (!isObject(metrics) || typeof metrics.class_name === 'string') return metrics;
  const lossOf = (output: string): Json | undefined => (isByOutput(loss) ? loss[output] : loss);
  return Object.fromEntries(
    Object.entries(metrics).map(([output, metric]) => [output, withSparseAccuracy(metric, lossOf(output)) ?? null]),
  );
}

/** Reports whether all labels of a loss are class indices. */
function isSparse(loss: Json | undefined): boolean {
  if (isList(loss)) return loss.length > 0 && loss.every(isSparse);
  if (isByOutput(loss)) return Object.values(loss).every(isSparse);
  const name = isObject(loss) ? loss.class_name : loss;
  return name === 'sparse_categorical_crossentropy' || name === 'SparseCategoricalCrossentropy';
}

function isByOutput(part: Json | undefined): part is JsonObject {
  return isObject(part) && typeof part.class_name !== 'string';
}

function optimizerToKeras2({ class_name: className, config: given }: JsonObject): JsonObject {
  const config = isObject(given) ? given : {};
  if (!OPTIMIZERS_OF_KERAS_2.has(String(className))) {
    throw optimizerNotInKeras2(`the optimizer ${String(className)} is unsupported`, { optimizer: className });
  }
  const { loss_scale_factor: _scale, gradient_accumulation_steps: steps, learning_rate: rate, ...options } = config;
  if (steps !== null && steps !== undefined) {
    throw optimizerNotInKeras2('gradient accumulation is unsupported', { accumulationSteps: steps });
  }
  // Without the prefix and the option, Keras 2 creates the optimizers that it had before version 2.11.
  return {
    class_name: `Custom>${String(className)}`,
    config: { ...options, learning_rate: rate, is_legacy_optimizer: false },
  };
}

function optimizerNotInKeras2(problem: string, data: Readonly<Record<string, unknown>>): Error {
  return notInKeras2(`${problem}; pass includeOptimizer: false to save the model without its training state`, data);
}

/** Converts losses or metrics: one, a list, or an object by output name. */
function objectiveToKeras2(
  kind: 'loss' | 'metric',
  part: Json | undefined,
  classOf: (kind: 'loss' | 'metric', name: string) => string | undefined,
): Json {
  if (part === undefined || part === null) return null;
  if (isList(part)) return part.map((item) => objectiveToKeras2(kind, item, classOf));
  if (typeof part === 'string') {
    const className = classOf(kind, part);
    if (className === undefined) return part;
    checkObjective(className);
    return { class_name: className, config: kind === 'metric' ? { name: part } : {} };
  }
  if (!isObject(part)) return part;
  if (typeof part.class_name !== 'string') {
    return Object.fromEntries(
      Object.entries(part).map(([output, item]) => [output, objectiveToKeras2(kind, item, classOf)]),
    );
  }
  if (part.class_name === 'function') return part.config;
  const isCustom = typeof part.registered_name === 'string';
  if (!isCustom) checkObjective(part.class_name);
  const { dtype: _dtype, ...given } = isObject(part.config) ? part.config : {};
  const config = isCustom ? given : withoutNewOptions(part.class_name, given);
  if (typeof config.reduction === 'string' && !REDUCTIONS.has(config.reduction)) {
    throw notInKeras2(`the reduction '${config.reduction}' of loss ${part.class_name} is unsupported`, {
      loss: part.class_name,
      reduction: config.reduction,
    });
  }
  return { class_name: isCustom ? part.registered_name : part.class_name, config };
}

/** Options of losses and metrics that Keras 2 lacks, with the values that have no effect. */
const NEW_OPTIONS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  SparseCategoricalCrossentropy: { axis: -1 },
  SparseTopKCategoricalAccuracy: { from_sorted_ids: false },
};

function withoutNewOptions(className: string, config: JsonObject): JsonObject {
  const options = NEW_OPTIONS[className] ?? {};
  for (const [option, value] of Object.entries(options)) {
    if (config[option] === undefined || config[option] === value) continue;
    throw notInKeras2(`option \`${option}\` of ${className} is ${shown(config[option])}`, { className, option });
  }
  return Object.fromEntries(Object.entries(config).filter(([option]) => !Object.hasOwn(options, option)));
}

const REDUCTIONS: ReadonlySet<string> = new Set(['none', 'sum', 'sum_over_batch_size']);

function checkObjective(className: string): void {
  if (OBJECTIVES_NOT_IN_KERAS_2.has(className)) {
    throw notInKeras2(`the loss or metric ${className} is unsupported`, { className });
  }
}
