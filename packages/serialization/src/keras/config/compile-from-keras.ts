import { ManabiError } from '@manabi/core';
import {
  type CompileOptions,
  getLoss,
  getMetric,
  type LossIdentifier,
  type MetricIdentifier,
  type MetricIdentifiers,
  type PerOutput,
} from '@manabi/layers';
import type { Optimizer } from '@manabi/optimizers';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { scopeOf } from './layer-from-keras.ts';
import { makeOptimizer, makeSchedule } from './optimizer-makers.ts';
import { malformed, type Origin, unsupported } from './origin.ts';
import { toCamel, withoutPackage } from './spelling.ts';
import { configFromKeras } from './value-from-keras.ts';

/**
 * How a model of Keras was compiled, as `model.compile` takes it; null if it was not.
 *
 * @throws FileError `unsupported` for optimizers, losses and metrics that are not there
 */
export function compileFromKeras(origin: Origin, value: Json | undefined): CompileOptions | null {
  if (!isObject(value) || value.optimizer === undefined || value.optimizer === null) return null;
  const { optimizer, around } = optimizerFromKeras(origin, value.optimizer);
  const loss = lossesFromKeras(origin, value.loss ?? null);
  const lossWeights = lossWeightsFromKeras(origin, value.loss_weights ?? null);
  const metrics = metricsFromKeras(origin, value.metrics ?? null);
  const weightedMetrics = metricsFromKeras(origin, value.weighted_metrics ?? null);
  return {
    optimizer,
    ...(loss === null ? {} : { loss }),
    ...(lossWeights === null ? {} : { lossWeights }),
    ...(metrics === null ? {} : { metrics }),
    ...(weightedMetrics === null ? {} : { weightedMetrics }),
    ...(value.run_eagerly === true ? { jit: false } : {}),
    ...around,
  };
}

/** What `compile` takes beside the optimizer, and Keras keeps in it. */
type Around = Pick<CompileOptions, 'useEma' | 'emaMomentum' | 'emaOverwriteFrequency' | 'gradientAccumulationSteps'>;

function optimizerFromKeras(
  origin: Origin,
  value: Json,
): { readonly optimizer: string | Optimizer; readonly around: Around } {
  if (typeof value === 'string') return { optimizer: toCamel(value), around: {} };
  if (!isObject(value) || !isObject(value.config)) throw malformed(origin, 'an optimizer', value, 'the optimizer');
  const className = withoutPackage(String(value.class_name));
  const {
    name: _name,
    learning_rate: rate,
    use_ema: useEma,
    ema_momentum: emaMomentum,
    ema_overwrite_frequency: emaOverwriteFrequency,
    gradient_accumulation_steps: steps,
    loss_scale_factor: scale,
    // Of Keras 2.
    is_legacy_optimizer: _legacy,
    jit_compile: _jit,
    decay,
    lr,
    schedule_decay: _schedule,
    ...own
  } = value.config;
  if (scale !== undefined && scale !== null) {
    throw unsupported(origin, `the optimizer ${className} scales its loss by ${String(scale)}. ${ADVICE}`, {
      className,
      option: 'loss_scale_factor',
      value: scale,
    });
  }
  const given = Object.entries(configFromKeras(scopeOf(origin), `the optimizer ${className}`, own));
  const options = Object.fromEntries(given.filter(([, option]) => option !== null && option !== undefined));
  const learningRate = withDecay(rateFromKeras(origin, rate ?? lr ?? null), decay ?? null);
  const make = (): Optimizer =>
    makeOptimizer(className, { ...options, ...(learningRate === null ? {} : { learningRate }) });
  return {
    optimizer: explained(origin, 'the optimizer', className, make),
    around: {
      ...(useEma === true ? { useEma, emaMomentum: Number(emaMomentum ?? 0.99) } : {}),
      ...(useEma === true && typeof emaOverwriteFrequency === 'number' ? { emaOverwriteFrequency } : {}),
      ...(typeof steps === 'number' ? { gradientAccumulationSteps: steps } : {}),
    },
  };
}

/** Keras 2 lets a rate fall with each step: rate / (1 + decay step). */
function withDecay(rate: unknown, decay: Json): unknown {
  if (typeof decay !== 'number' || decay === 0 || typeof rate !== 'number') return rate;
  return makeSchedule('InverseTimeDecay', { initialLearningRate: rate, decaySteps: 1, decayRate: decay });
}

function rateFromKeras(origin: Origin, value: Json): unknown {
  if (!isObject(value)) return value;
  const className = withoutPackage(String(value.class_name));
  const config = isObject(value.config) ? value.config : {};
  const { name: _name, ...own } = config;
  const options = Object.entries(configFromKeras(scopeOf(origin), `the schedule ${className}`, own));
  const plain = Object.fromEntries(options.filter(([, option]) => option !== null));
  return explained(origin, 'the schedule', className, () => makeSchedule(className, plain));
}

/** Losses: one for all outputs, a list, or a record by the outputs' names. */
function lossesFromKeras(origin: Origin, value: Json): PerOutput<LossIdentifier> {
  if (value === null) return null;
  if (isList(value)) return value.map((item) => (item === null ? null : lossFromKeras(origin, item)));
  if (isByOutput(value)) return mapRecord(value, (item) => (item === null ? null : lossFromKeras(origin, item)));
  return lossFromKeras(origin, value);
}

/** Metrics: as losses, with several for an output. */
function metricsFromKeras(origin: Origin, value: Json): PerOutput<MetricIdentifiers> {
  const several = (item: Json): MetricIdentifiers | null => {
    if (item === null) return null;
    if (!isList(item)) return metricFromKeras(origin, item);
    return item.flatMap((one) => (one === null ? [] : [metricFromKeras(origin, one)]));
  };
  if (value === null) return null;
  if (isList(value)) return value.map(several);
  return isByOutput(value) ? mapRecord(value, several) : several(value);
}

function lossFromKeras(origin: Origin, value: Json): LossIdentifier {
  const { name, config } = described(origin, 'the loss', value);
  if (config === null) return checked(origin, 'the loss', name, ['crossentropy', 'ce'], getLoss);
  const { fn: _fn, dtype: _dtype, ...own } = config;
  const options = own.reduction === 'auto' ? { ...own, reduction: 'sumOverBatchSize' } : own;
  return explained(origin, 'the loss', name, () => getLoss({ className: name, config: options }));
}

function metricFromKeras(origin: Origin, value: Json): MetricIdentifier {
  const { name, config } = described(origin, 'the metric', value);
  if (config === null) return checked(origin, 'the metric', name, ['accuracy', 'acc'], getMetric);
  const { fn, dtype: _dtype, ...own } = config;
  // Keras 2 writes metrics that were given by name so.
  const className = name === 'MeanMetricWrapper' && typeof fn === 'string' ? fn : name;
  return explained(origin, 'the metric', className, () => getMetric({ className, config: own }));
}

/** A name, or a class with its config, in our spelling. */
function described(
  origin: Origin,
  what: string,
  value: Json,
): { readonly name: string; readonly config: Readonly<Record<string, unknown>> | null } {
  if (typeof value === 'string') return { name: toCamel(value), config: null };
  if (!isObject(value) || typeof value.class_name !== 'string')
    throw malformed(origin, 'a name or a class', value, what);
  const { class_name: className, config } = value;
  if (className === 'function' || typeof config === 'string') return { name: toCamel(String(config)), config: null };
  const options = configFromKeras(scopeOf(origin), `${what} ${className}`, isObject(config) ? config : {});
  const name = typeof options.name === 'string' ? { name: toCamel(options.name) } : {};
  return { name: withoutPackage(className), config: { ...options, ...name } };
}

/** A name that is known, or that the shapes of the data decide. */
function checked(
  origin: Origin,
  what: string,
  name: string,
  byShape: readonly string[],
  get: (name: string) => unknown,
): string {
  if (!byShape.includes(name)) explained(origin, what, name, () => get(name));
  return name;
}

/** Says of an error which file it comes from, and how to load the model all the same. */
function explained<T>(origin: Origin, what: string, name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw unsupported(
      origin,
      `${what} '${name}' of its training: ${error.message} ${ADVICE}`,
      { ...error.data, name },
      error,
    );
  }
}

const ADVICE = 'With loadModel(source, { compile: false }) the model loads without it, and can be compiled anew.';

function isByOutput(value: Json): value is JsonObject {
  return isObject(value) && typeof value.class_name !== 'string';
}

function mapRecord<T>(record: JsonObject, f: (value: Json) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}

function lossWeightsFromKeras(origin: Origin, value: Json): CompileOptions['lossWeights'] | null {
  if (value === null || typeof value === 'number') return value;
  if (isList(value)) return value.map((weight) => numberOf(origin, weight));
  if (isObject(value)) return mapRecord(value, (weight) => numberOf(origin, weight));
  throw malformed(origin, 'numbers', value, 'the weights of the losses');
}

function numberOf(origin: Origin, value: Json): number {
  if (typeof value === 'number') return value;
  throw malformed(origin, 'a number', value, 'the weight of a loss');
}
