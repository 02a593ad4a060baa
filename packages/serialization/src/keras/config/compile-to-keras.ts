import type { Model } from '@manabi/layers';
import { optimizerTable, type SavedAs, savedAs } from '@manabi/layers/classes';
import type { LossScaleOptions, Optimizer } from '@manabi/optimizers';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type CompiledKind, dependsOnShapes, isKerasName, moduleOf } from './keras-compile-classes.ts';
import { layerToKeras } from './layer-to-keras.ts';
import { toSnake } from './spelling.ts';
import {
  configToKeras,
  functionToKeras,
  kerasObject,
  notSavable,
  type Owner,
  ownObject,
  valueToKeras,
} from './value-to-keras.ts';

/**
 * Returns the training configuration of a model in Keras's format.
 *
 * @param learningRate the current rate, which training may have changed; null for a schedule
 * @throws ManabiError `argument` for custom functions
 */
export function compileToKeras(model: Model, learningRate: number | null): JsonObject {
  const { options, accumulationSteps, emaMomentum, emaOverwriteFrequency } = model.compilation;
  const title = `The training configuration of '${model.name}'`;
  const owner: Owner = { title, data: { model: model.name }, writeLayer: layerToKeras };
  const trainerConfig = {
    use_ema: emaMomentum !== null,
    ema_momentum: emaMomentum ?? 0.99,
    ema_overwrite_frequency: emaOverwriteFrequency,
    loss_scale_factor: null,
    gradient_accumulation_steps: accumulationSteps === 1 ? null : accumulationSteps,
  };
  return {
    optimizer: scaledToKeras(owner, model.compilation, learningRate, trainerConfig),
    loss: partToKeras(owner, 'loss', 'loss', options.loss ?? null),
    loss_weights: valueToKeras(owner, 'lossWeights', options.lossWeights ?? null),
    metrics: partToKeras(owner, 'metrics', 'metric', options.metrics ?? null),
    weighted_metrics: partToKeras(owner, 'weightedMetrics', 'metric', options.weightedMetrics ?? null),
    run_eagerly: options.jit === false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

/**
 * Converts the optimizer of a model. Like Keras, files omit the loss scale that `compile` adds, because it is added again
 * when the model is loaded.
 */
function scaledToKeras(
  owner: Owner,
  { optimizer, options }: Model['compilation'],
  rate: number | null,
  trainerConfig: JsonObject,
): JsonObject {
  if (optimizer.className !== 'LossScaleOptimizer') return optimizerToKeras(owner, optimizer, rate, trainerConfig);
  // The type of the config is that of the options of `lossScaleOptimizer`.
  const { innerOptimizer, initialScale, dynamicGrowthSteps } =
    optimizer.config as unknown as Required<LossScaleOptions>;
  const inner = optimizerToKeras(owner, innerOptimizer, rate, trainerConfig);
  if (options.optimizer !== optimizer) return inner;
  return named(
    'optimizer',
    { className: optimizer.className, ...savedAs(optimizer) },
    {
      name: 'loss_scale_optimizer',
      inner_optimizer: inner,
      initial_scale: initialScale,
      dynamic_growth_steps: dynamicGrowthSteps,
    },
  );
}

function optimizerToKeras(
  owner: Owner,
  optimizer: Optimizer,
  rate: number | null,
  trainerConfig: JsonObject,
): JsonObject {
  const { name, config } = optimizer;
  const { learningRate, ...own } = config;
  return named(
    'optimizer',
    { className: optimizer.className, ...savedAs(optimizer) },
    {
      name: toSnake(name),
      learning_rate: rate ?? scheduleToKeras(owner, learningRate),
      ...configToKeras(owner, own, optimizerTable.row(optimizer.className)?.spelling),
      ...trainerConfig,
    },
  );
}

function scheduleToKeras(owner: Owner, schedule: unknown): Json {
  if (typeof schedule !== 'function') return valueToKeras(owner, 'learningRate', schedule);
  const { className, config } = Object.assign({ className: undefined, config: undefined }, schedule);
  if (typeof className !== 'string' || !isObject(config)) {
    throw notSavable(owner, 'learningRate', 'a function. Use a schedule such as exponentialDecay({ … })');
  }
  const own = { ...configToKeras(owner, config), name: className };
  return named('schedule', { className, ...savedAs(schedule) }, own);
}

/** Returns a loss, metric, optimizer or schedule in Keras's format. */
function named(kind: CompiledKind, saved: SavedAs & { readonly className: string }, own: JsonObject): JsonObject {
  const { dtype, ...name } = saved;
  const config = dtype === undefined ? own : { ...own, dtype };
  const module = moduleOf(kind, name.className);
  return module !== undefined ? kerasObject(module, name.className, config) : ownObject(name, config);
}

/** Converts losses or metrics: one for all outputs, a list, or an object by output name. */
function partToKeras(owner: Owner, option: string, kind: 'loss' | 'metric', part: unknown): Json {
  if (part === null || part === undefined) return null;
  if (typeof part === 'string') return nameToKeras(kind, part);
  if (Array.isArray(part)) return part.map((item) => partToKeras(owner, option, kind, item));
  if (isNamed(part)) {
    const config = configToKeras({ ...owner, title: `${owner.title} (${option})` }, part.config);
    const { name } = config;
    return named(
      kind,
      { className: part.className, ...savedAs(part) },
      {
        ...config,
        ...(typeof name === 'string' ? { name: toSnake(name) } : {}),
      },
    );
  }
  if (isRecord(part)) {
    return Object.fromEntries(
      Object.entries(part).map(([output, item]) => [output, partToKeras(owner, option, kind, item)]),
    );
  }
  return valueToKeras(owner, option, part);
}

/**
 * Converts a loss or metric given by name. A name that Keras knows is written unchanged; a custom name is written as a
 * registered function.
 */
function nameToKeras(kind: 'loss' | 'metric', name: string): Json {
  if (dependsOnShapes(name)) return toSnake(name);
  return isKerasName(kind, name) ? toSnake(name) : functionToKeras(name);
}

function isNamed(
  part: object,
): part is { readonly className: string; readonly config: Readonly<Record<string, unknown>> } {
  return 'className' in part && typeof part.className === 'string' && 'config' in part && isRecord(part.config);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
