import { ManabiError } from '@manabi/core';
import {
  type CompileOptions,
  getLoss,
  getMetric,
  type LossIdentifier,
  type MetricIdentifier,
  type MetricIdentifiers,
  type Model,
  noteSavedAs,
  type PerOutput,
  withoutPackage,
} from '@manabi/layers';
import type { Optimizer } from '@manabi/optimizers';
import { isList, isObject, shown } from '../json.ts';
import { registeredName, savedAsOf } from './class-names.ts';
import type { ConfigPart } from './config-part.ts';
import { dtypeFromKeras } from './dtype-from-keras.ts';
import { layerFromKeras } from './layer-from-keras.ts';
import { isKerasClass } from './modules.ts';
import { makeOptimizer, makeSchedule } from './optimizer-makers.ts';
import { toCamel } from './spelling.ts';
import { configFromKeras, functionName } from './value-from-keras.ts';

/**
 * Reads how a model of Keras was compiled, as `model.compile` takes it; null if it was not.
 *
 * @throws FileError `corrupt`; `unsupported` for optimizers, losses and metrics that are not supported
 */
export function compileFromKeras(part: ConfigPart): CompileOptions | null {
  if (part.isMissing) return null;
  const optimizerPart = part.optional('optimizer', 'what the model was compiled with');
  if (optimizerPart === undefined) return null;
  const { optimizer, around } = optimizerFromKeras(optimizerPart);
  const loss = lossesFromKeras(part.field('loss'));
  const lossWeights = lossWeightsFromKeras(part.field('loss_weights'));
  const metrics = metricsFromKeras(part.field('metrics'));
  const weightedMetrics = metricsFromKeras(part.field('weighted_metrics'));
  return {
    optimizer,
    ...(loss === null ? {} : { loss }),
    ...(lossWeights === null ? {} : { lossWeights }),
    ...(metrics === null ? {} : { metrics }),
    ...(weightedMetrics === null ? {} : { weightedMetrics }),
    ...(part.optional('run_eagerly')?.boolean() === true ? { jit: false } : {}),
    ...around,
  };
}

/**
 * Compiles a model as its config says.
 *
 * @throws FileError `unsupported` for what `compile` refuses
 */
export function compileModel(part: ConfigPart, model: Model, options: CompileOptions): void {
  try {
    model.compile(options);
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw part.unsupported(`${error.message} ${ADVICE}`, error.data, error);
  }
}

/** What `compile` takes beside the optimizer, and Keras keeps in it. */
type Around = Pick<CompileOptions, 'useEma' | 'emaMomentum' | 'emaOverwriteFrequency' | 'gradientAccumulationSteps'>;

/** Entries of an optimizer's config that are read by themselves, or mean nothing here. */
const READ_APART: ReadonlySet<string> = new Set([
  'name',
  'learning_rate',
  'use_ema',
  'ema_momentum',
  'ema_overwrite_frequency',
  'gradient_accumulation_steps',
  'loss_scale_factor',
  // Of Keras 2.
  'is_legacy_optimizer',
  'jit_compile',
  'decay',
  'lr',
  'schedule_decay',
]);

function optimizerFromKeras(part: ConfigPart): { readonly optimizer: string | Optimizer; readonly around: Around } {
  if (typeof part.value === 'string') return { optimizer: toCamel(part.value), around: {} };
  part.field('class_name', 'an optimizer');
  const className = optimizerName(part);
  const config = part.field('config');
  const scale = config.optional('loss_scale_factor');
  if (scale !== undefined) {
    throw part.unsupported(`the optimizer ${className} scales its loss by ${shown(scale.value)}. ${ADVICE}`, {
      className,
      option: 'loss_scale_factor',
      value: scale.value,
    });
  }
  const own = Object.fromEntries(Object.entries(config.object()).filter(([name]) => !READ_APART.has(name)));
  const given = Object.entries(configFromKeras(config.as(own), layerFromKeras));
  const options = Object.fromEntries(given.filter(([, option]) => option !== null && option !== undefined));
  const rate = rateFromKeras(config.optional('learning_rate') ?? config.optional('lr'));
  const decay = config.optional('decay')?.number() ?? 0;
  const make = (): Optimizer => {
    const learningRate = withDecay(rate, decay);
    return makeOptimizer(className, { ...options, ...(learningRate === null ? {} : { learningRate }) });
  };
  return { optimizer: noted(part, explained(part, 'the optimizer', className, make)), around: aroundFromKeras(config) };
}

/** The name of an optimizer's class. TensorFlow 2.9 to 2.11 registered Keras's own in a package too: `Custom>Adam`. */
function optimizerName(part: ConfigPart): string {
  const name = registeredName(part);
  const bare = withoutPackage(name);
  return part.origin.generation < 3 && isKerasClass('keras.optimizers', bare) ? bare : name;
}

function aroundFromKeras(config: ConfigPart): Around {
  const steps = config.optional('gradient_accumulation_steps')?.number();
  const accumulation = steps === undefined ? {} : { gradientAccumulationSteps: steps };
  if (config.optional('use_ema')?.boolean() !== true) return accumulation;
  const emaMomentum = config.optional('ema_momentum')?.number() ?? 0.99;
  const frequency = config.optional('ema_overwrite_frequency')?.number();
  const overwrite = frequency === undefined ? {} : { emaOverwriteFrequency: frequency };
  return { ...accumulation, useEma: true, emaMomentum, ...overwrite };
}

/** Keras 2 lets a rate fall with each step: rate / (1 + decay step). */
function withDecay(rate: unknown, decay: number): unknown {
  if (decay === 0 || typeof rate !== 'number') return rate;
  return makeSchedule('InverseTimeDecay', { initialLearningRate: rate, decaySteps: 1, decayRate: decay });
}

/** A number, or a schedule; null if there is none. */
function rateFromKeras(part: ConfigPart | undefined): unknown {
  if (part === undefined) return null;
  if (!isObject(part.value)) return part.number('a number or a schedule');
  const className = registeredName(part);
  const config = part.optional('config');
  const { name: _name, ...own } = config?.object() ?? {};
  const options = config === undefined ? [] : Object.entries(configFromKeras(config.as(own), layerFromKeras));
  const plain = Object.fromEntries(options.filter(([, option]) => option !== null));
  return noted(
    part,
    explained(part, 'the schedule', className, () => makeSchedule(className, plain)),
  );
}

/** Losses: one for all outputs, a list, or a record by the outputs' names. */
function lossesFromKeras(part: ConfigPart): PerOutput<LossIdentifier> {
  const one = (item: ConfigPart): LossIdentifier | null => (item.isMissing ? null : lossFromKeras(item));
  if (isList(part.value)) return part.list().map(one);
  return isByOutput(part) ? mapEntries(part, one) : one(part);
}

/** Metrics: as losses, with several for an output. */
function metricsFromKeras(part: ConfigPart): PerOutput<MetricIdentifiers> {
  const several = (item: ConfigPart): MetricIdentifiers | null => {
    if (item.isMissing) return null;
    if (!isList(item.value)) return metricFromKeras(item);
    return item.list().flatMap((one) => (one.isMissing ? [] : [metricFromKeras(one)]));
  };
  if (isList(part.value)) return part.list().map(several);
  return isByOutput(part) ? mapEntries(part, several) : several(part);
}

function lossFromKeras(part: ConfigPart): LossIdentifier {
  const { name, config } = described(part, 'the loss');
  if (config === null) return checked(part, 'the loss', name, ['crossentropy', 'ce'], getLoss);
  const { fn: _fn, dtype: _dtype, ...own } = config;
  const options = own.reduction === 'auto' ? { ...own, reduction: 'sumOverBatchSize' } : own;
  return noted(
    part,
    explained(part, 'the loss', name, () => getLoss({ className: name, config: options })),
  );
}

function metricFromKeras(part: ConfigPart): MetricIdentifier {
  const { name, config } = described(part, 'the metric');
  if (config === null) return checked(part, 'the metric', name, ['accuracy', 'acc'], getMetric);
  const { fn, dtype: _dtype, ...own } = config;
  // Keras 2 writes metrics that were given by name so.
  const className = name === 'MeanMetricWrapper' && typeof fn === 'string' ? fn : name;
  return noted(
    part,
    explained(part, 'the metric', className, () => getMetric({ className, config: own })),
  );
}

/** A name, or a class with its config, in our spelling. */
function described(
  part: ConfigPart,
  what: string,
): { readonly name: string; readonly config: Readonly<Record<string, unknown>> | null } {
  if (typeof part.value === 'string') return { name: toCamel(part.value), config: null };
  const className = part.field('class_name', `${what}: a name or a class`).text('the name of a class');
  const config = part.field('config');
  if (className === 'function' || typeof config.value === 'string') {
    return { name: functionName(part, config.text('the name of a function')), config: null };
  }
  const options = config.isMissing ? {} : configFromKeras(config, layerFromKeras);
  const name = typeof options.name === 'string' ? { name: toCamel(options.name) } : {};
  return { name: registeredName(part), config: { ...options, ...name } };
}

/** A loss, metric, optimizer or schedule, with what its config says that means nothing here. */
function noted<T extends object>(part: ConfigPart, thing: T): T {
  const dtype = part.optional('config')?.optional('dtype');
  const saved = dtype === undefined ? undefined : dtypeFromKeras(dtype).saved;
  noteSavedAs(thing, saved === undefined ? savedAsOf(part) : { ...savedAsOf(part), dtype: saved });
  return thing;
}

/** A name that is known, or that the shapes of the data decide. */
function checked(
  part: ConfigPart,
  what: string,
  name: string,
  byShape: readonly string[],
  get: (name: string) => unknown,
): string {
  if (!byShape.includes(name)) explained(part, what, name, () => get(name));
  return name;
}

/** Tells of an error which file it comes from, and how to load the model all the same. */
function explained<T>(part: ConfigPart, what: string, name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    const message = `${what} '${name}' of its training: ${error.message} ${ADVICE}`;
    throw part.unsupported(message, { ...error.data, name }, error);
  }
}

const ADVICE = 'With loadModel(source, { compile: false }) the model loads without it, and can be compiled anew.';

function isByOutput({ value }: ConfigPart): boolean {
  return isObject(value) && !('class_name' in value);
}

function mapEntries<T>(part: ConfigPart, f: (part: ConfigPart) => T): Record<string, T> {
  return Object.fromEntries(part.entries().map(([name, item]) => [name, f(item)]));
}

function lossWeightsFromKeras(part: ConfigPart): CompileOptions['lossWeights'] | null {
  const weight = (item: ConfigPart): number => item.number('a number: the weight of a loss');
  if (part.isMissing) return null;
  if (isList(part.value)) return part.list().map(weight);
  return isObject(part.value) ? mapEntries(part, weight) : weight(part);
}
