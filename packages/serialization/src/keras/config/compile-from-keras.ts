import { ManabiError } from '@manabi/core';
import {
  type CompileOptions,
  getLoss,
  getMetric,
  getOptimizer,
  type LossIdentifier,
  type MetricIdentifier,
  type MetricIdentifiers,
  type Model,
  type PerOutput,
} from '@manabi/layers';
import { getSchedule, noteSavedAs, withoutPackage } from '@manabi/layers/classes';
import type { Optimizer } from '@manabi/optimizers';
import { isList, isObject, shown } from '../json.ts';
import { registeredName, savedAsOf } from './class-names.ts';
import type { ConfigPart } from './config-part.ts';
import { dtypeFromKeras } from './dtype-from-keras.ts';
import { moduleOf } from './keras-compile-classes.ts';
import { layerFromKeras } from './layer-from-keras.ts';
import { toCamel } from './spelling.ts';
import { configFromKeras, functionName } from './value-from-keras.ts';

/**
 * Reads the training configuration of a Keras model as options of `model.compile`; null if it was not compiled.
 *
 * @throws FileError `corrupt`; `unsupported` for unsupported optimizers, losses and metrics
 */
export async function compileFromKeras(part: ConfigPart): Promise<CompileOptions | null> {
  if (part.isMissing) return null;
  const optimizerPart = part.optional('optimizer', 'an object with the training configuration');
  if (optimizerPart === undefined) return null;
  const { optimizer, trainerOptions } = await optimizerFromKeras(optimizerPart);
  const loss = await lossesFromKeras(part.field('loss'));
  const lossWeights = lossWeightsFromKeras(part.field('loss_weights'));
  const metrics = await metricsFromKeras(part.field('metrics'));
  const weightedMetrics = await metricsFromKeras(part.field('weighted_metrics'));
  return {
    optimizer,
    ...(loss === null ? {} : { loss }),
    ...(lossWeights === null ? {} : { lossWeights }),
    ...(metrics === null ? {} : { metrics }),
    ...(weightedMetrics === null ? {} : { weightedMetrics }),
    ...(part.optional('run_eagerly')?.boolean() === true ? { jit: false } : {}),
    ...trainerOptions,
  };
}

/**
 * Compiles a model with the options of its file.
 *
 * @throws FileError `unsupported` for options that `compile` rejects
 */
export function compileModel(part: ConfigPart, model: Model, options: CompileOptions): void {
  try {
    model.compile(options);
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw part.unsupported(`${error.message} ${ADVICE}`, error.data, error);
  }
}

/** Options of `compile` that Keras stores in the config of the optimizer. */
type TrainerOptions = Pick<
  CompileOptions,
  'useEma' | 'emaMomentum' | 'emaOverwriteFrequency' | 'gradientAccumulationSteps'
>;

/**
 * Entries of an optimizer's config that are not options of the optimizer: other code reads them, or they have no
 * effect.
 */
const READ_SEPARATELY: ReadonlySet<string> = new Set([
  'name',
  'learning_rate',
  'use_ema',
  'ema_momentum',
  'ema_overwrite_frequency',
  'gradient_accumulation_steps',
  'loss_scale_factor',
  // Entries that only Keras 2 writes.
  'is_legacy_optimizer',
  'jit_compile',
  'decay',
  'lr',
  'schedule_decay',
]);

async function optimizerFromKeras(
  part: ConfigPart,
): Promise<{ readonly optimizer: string | Optimizer; readonly trainerOptions: TrainerOptions }> {
  if (typeof part.value === 'string') return { optimizer: toCamel(part.value), trainerOptions: {} };
  part.field('class_name', 'an optimizer');
  const className = optimizerName(part);
  const config = part.field('config');
  if (className === 'LossScaleOptimizer') return scaledFromKeras(part, config);
  const scale = config.optional('loss_scale_factor');
  if (scale !== undefined) {
    throw part.unsupported(
      `loss_scale_factor ${shown(scale.value)} of optimizer '${className}' is unsupported. ${ADVICE}`,
      {
        className,
        option: 'loss_scale_factor',
        value: scale.value,
      },
    );
  }
  const own = Object.fromEntries(Object.entries(config.object()).filter(([name]) => !READ_SEPARATELY.has(name)));
  const given = Object.entries(configFromKeras(config.as(own), layerFromKeras));
  const options = Object.fromEntries(given.filter(([, option]) => option !== null && option !== undefined));
  const rate = await rateFromKeras(config.optional('learning_rate') ?? config.optional('lr'));
  const decay = config.optional('decay')?.number() ?? 0;
  const make = async (): Promise<Optimizer> => {
    const learningRate = await withDecay(rate, decay);
    return getOptimizer({ className, config: { ...options, ...(learningRate === null ? {} : { learningRate }) } });
  };
  const made = await explained(part, 'optimizer', className, make);
  // The package of an optimizer of Keras 2 is not written again: no other version of Keras has it.
  const optimizer = className === registeredName(part) ? noted(part, made) : made;
  return { optimizer, trainerOptions: trainerOptionsFromKeras(config) };
}

/** Reads an optimizer with a loss scale. Options of `compile` belong to the inner optimizer. */
async function scaledFromKeras(part: ConfigPart, config: ConfigPart): ReturnType<typeof optimizerFromKeras> {
  const { optimizer, trainerOptions } = await optimizerFromKeras(config.field('inner_optimizer'));
  const initialScale = config.optional('initial_scale')?.number();
  const dynamicGrowthSteps = config.optional('dynamic_growth_steps')?.number();
  const scaled = async (): Promise<Optimizer> => {
    const innerOptimizer = await getOptimizer(optimizer);
    return getOptimizer({
      className: 'LossScaleOptimizer',
      config: {
        innerOptimizer,
        ...(initialScale === undefined ? {} : { initialScale }),
        ...(dynamicGrowthSteps === undefined ? {} : { dynamicGrowthSteps }),
      },
    });
  };
  return {
    optimizer: noted(part, await explained(part, 'optimizer', 'LossScaleOptimizer', scaled)),
    trainerOptions,
  };
}

/**
 * Returns the class name of an optimizer. TensorFlow 2.9 to 2.11 registered the optimizers of Keras in a package:
 * `Custom>Adam`.
 */
function optimizerName(part: ConfigPart): string {
  const name = registeredName(part);
  const bare = withoutPackage(name);
  return part.origin.generation < 3 && moduleOf('optimizer', bare) !== undefined ? bare : name;
}

function trainerOptionsFromKeras(config: ConfigPart): TrainerOptions {
  const steps = config.optional('gradient_accumulation_steps')?.number();
  const accumulation = steps === undefined ? {} : { gradientAccumulationSteps: steps };
  if (config.optional('use_ema')?.boolean() !== true) return accumulation;
  const emaMomentum = config.optional('ema_momentum')?.number() ?? 0.99;
  const frequency = config.optional('ema_overwrite_frequency')?.number();
  const overwrite = frequency === undefined ? {} : { emaOverwriteFrequency: frequency };
  return { ...accumulation, useEma: true, emaMomentum, ...overwrite };
}

/** Converts the option `decay` of Keras 2 to a schedule: rate / (1 + decay * step). */
async function withDecay(rate: unknown, decay: number): Promise<unknown> {
  if (decay === 0 || typeof rate !== 'number') return rate;
  return getSchedule('InverseTimeDecay', { initialLearningRate: rate, decaySteps: 1, decayRate: decay });
}

/** Reads a learning rate: a number or a schedule; null if it is missing. */
async function rateFromKeras(part: ConfigPart | undefined): Promise<unknown> {
  if (part === undefined) return null;
  if (!isObject(part.value)) return part.number('a number or a schedule');
  const className = registeredName(part);
  const config = part.optional('config');
  const { name: _name, ...own } = config?.object() ?? {};
  const options = config === undefined ? [] : Object.entries(configFromKeras(config.as(own), layerFromKeras));
  const plain = Object.fromEntries(options.filter(([, option]) => option !== null));
  return noted(part, await explained(part, 'schedule', className, () => getSchedule(className, plain)));
}

/** Reads losses: one for all outputs, a list, or an object by output name. */
async function lossesFromKeras(part: ConfigPart): Promise<PerOutput<LossIdentifier>> {
  const one = async (item: ConfigPart): Promise<LossIdentifier | null> => (item.isMissing ? null : lossFromKeras(item));
  if (isList(part.value)) return inOrder(part.list(), one);
  return isByOutput(part) ? entriesInOrder(part, one) : one(part);
}

/** Reads metrics: like losses, with several per output. */
async function metricsFromKeras(part: ConfigPart): Promise<PerOutput<MetricIdentifiers>> {
  const several = async (item: ConfigPart): Promise<MetricIdentifiers | null> => {
    if (item.isMissing) return null;
    if (!isList(item.value)) return metricFromKeras(item);
    return inOrder(
      item.list().filter((one) => !one.isMissing),
      metricFromKeras,
    );
  };
  if (isList(part.value)) return inOrder(part.list(), several);
  return isByOutput(part) ? entriesInOrder(part, several) : several(part);
}

async function lossFromKeras(part: ConfigPart): Promise<LossIdentifier> {
  const { name, config } = described(part, 'loss');
  if (config === null) return checked(part, 'loss', name, ['crossentropy', 'ce'], getLoss);
  const { fn: _fn, dtype: _dtype, ...own } = config;
  const options = own.reduction === 'auto' ? { ...own, reduction: 'sumOverBatchSize' } : own;
  return noted(part, await explained(part, 'loss', name, () => getLoss({ className: name, config: options })));
}

async function metricFromKeras(part: ConfigPart): Promise<MetricIdentifier> {
  const { name, config } = described(part, 'metric');
  if (config === null) return checked(part, 'metric', name, ['accuracy', 'acc'], getMetric);
  const { fn, dtype: _dtype, ...own } = config;
  // Keras 2 writes a metric that was given by name as a MeanMetricWrapper of the function with this name.
  const className = name === 'MeanMetricWrapper' && typeof fn === 'string' ? fn : name;
  return noted(part, await explained(part, 'metric', className, () => getMetric({ className, config: own })));
}

/** Returns the name of a loss or metric, or its class name and config. Names are converted to camelCase. */
function described(
  part: ConfigPart,
  kind: 'loss' | 'metric',
): { readonly name: string; readonly config: Readonly<Record<string, unknown>> | null } {
  if (typeof part.value === 'string') return { name: toCamel(part.value), config: null };
  const className = part.field('class_name', `a ${kind}: a name or a class`).text('the name of a class');
  const config = part.field('config');
  if (className === 'function' || typeof config.value === 'string') {
    return { name: functionName(part, config.text('the name of a function')), config: null };
  }
  const options = config.isMissing ? {} : configFromKeras(config, layerFromKeras);
  const name = typeof options.name === 'string' ? { name: toCamel(options.name) } : {};
  return { name: registeredName(part), config: { ...options, ...name } };
}

/**
 * Notes the original class name, module and dtype of a config on the loss, metric, optimizer or schedule created from
 * the config. They are only needed to save the model again.
 */
function noted<T extends object>(part: ConfigPart, thing: T): T {
  const dtype = part.optional('config')?.optional('dtype');
  const saved = dtype === undefined ? undefined : dtypeFromKeras(dtype).saved;
  noteSavedAs(thing, saved === undefined ? savedAsOf(part) : { ...savedAsOf(part), dtype: saved });
  return thing;
}

/**
 * Checks that a loss or metric of the given name exists. Names such as `accuracy`, whose meaning depends on the shapes
 * of the data, are not checked.
 */
async function checked(
  part: ConfigPart,
  kind: string,
  name: string,
  byShape: readonly string[],
  get: (name: string) => Promise<unknown>,
): Promise<string> {
  if (!byShape.includes(name)) await explained(part, kind, name, () => get(name));
  return name;
}

/** Adds the file name and advice to errors of creating a loss, metric, optimizer or schedule. */
async function explained<T>(part: ConfigPart, kind: string, name: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    const message = `${kind} '${name}': ${error.message} ${ADVICE}`;
    throw part.unsupported(message, { ...error.data, name }, error);
  }
}

const ADVICE = 'To skip the training configuration, call loadModel(source, { compile: false }).';

function isByOutput({ value }: ConfigPart): boolean {
  return isObject(value) && !('class_name' in value);
}

function mapEntries<T>(part: ConfigPart, f: (part: ConfigPart) => T): Record<string, T> {
  return Object.fromEntries(part.entries().map(([name, item]) => [name, f(item)]));
}

/** Reads parts of a config one after the other, not concurrently: the error then reports the first invalid part. */
async function inOrder<T>(parts: readonly ConfigPart[], read: (part: ConfigPart) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const part of parts) results.push(await read(part));
  return results;
}

async function entriesInOrder<T>(part: ConfigPart, read: (part: ConfigPart) => Promise<T>): Promise<Record<string, T>> {
  const entries = part.entries();
  const results = await inOrder(
    entries.map(([, item]) => item),
    read,
  );
  return Object.fromEntries(entries.map(([name], i) => [name, results[i]]));
}

function lossWeightsFromKeras(part: ConfigPart): CompileOptions['lossWeights'] | null {
  const weight = (item: ConfigPart): number => item.number('a number: the weight of a loss');
  if (part.isMissing) return null;
  if (isList(part.value)) return part.list().map(weight);
  return isObject(part.value) ? mapEntries(part, weight) : weight(part);
}
