import type { Model } from '@manabi/layers';
import { optimizerTable, type SavedAs, savedAs } from '@manabi/layers/classes';
import type { Optimizer } from '@manabi/optimizers';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type CompiledKind, isKerasName, moduleOf } from './keras-compile-classes.ts';
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
 * What a model was compiled with, as Keras writes it.
 *
 * @param learningRate the present one, which training may have changed; null if a schedule decides
 * @throws ManabiError `argument` for functions of one's own
 */
export function compileToKeras(model: Model, learningRate: number | null): JsonObject {
  const { options, optimizer, accumulationSteps, emaMomentum, emaOverwriteFrequency } = model.compilation;
  const title = `What '${model.name}' was compiled with`;
  const owner: Owner = { title, data: { model: model.name }, writeLayer: layerToKeras };
  const around = {
    use_ema: emaMomentum !== null,
    ema_momentum: emaMomentum ?? 0.99,
    ema_overwrite_frequency: emaOverwriteFrequency,
    loss_scale_factor: null,
    gradient_accumulation_steps: accumulationSteps === 1 ? null : accumulationSteps,
  };
  return {
    optimizer: optimizerToKeras(owner, optimizer, learningRate, around),
    loss: partToKeras(owner, 'loss', 'loss', options.loss ?? null),
    loss_weights: valueToKeras(owner, 'lossWeights', options.lossWeights ?? null),
    metrics: partToKeras(owner, 'metrics', 'metric', options.metrics ?? null),
    weighted_metrics: partToKeras(owner, 'weightedMetrics', 'metric', options.weightedMetrics ?? null),
    run_eagerly: options.jit === false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

function optimizerToKeras(owner: Owner, optimizer: Optimizer, rate: number | null, around: JsonObject): JsonObject {
  const { name, config } = optimizer;
  const { learningRate, ...own } = config;
  return named(
    'optimizer',
    { className: optimizer.className, ...savedAs(optimizer) },
    {
      name: toSnake(name),
      learning_rate: rate ?? scheduleToKeras(owner, learningRate),
      ...configToKeras(owner, own, optimizerTable.row(optimizer.className)?.spelling),
      ...around,
    },
  );
}

function scheduleToKeras(owner: Owner, schedule: unknown): Json {
  if (typeof schedule !== 'function') return valueToKeras(owner, 'learningRate', schedule);
  const { className, config } = Object.assign({ className: undefined, config: undefined }, schedule);
  if (typeof className !== 'string' || !isObject(config)) {
    throw notSavable(owner, 'learningRate', 'a function: only schedules such as exponentialDecay({ … }) can be saved');
  }
  const own = { ...configToKeras(owner, config), name: className };
  return named('schedule', { className, ...savedAs(schedule) }, own);
}

/** An object of Keras's module, or of one's own. */
function named(kind: CompiledKind, saved: SavedAs & { readonly className: string }, own: JsonObject): JsonObject {
  const { dtype, ...name } = saved;
  const config = dtype === undefined ? own : { ...own, dtype };
  const module = moduleOf(kind, name.className);
  return module !== undefined ? kerasObject(module, name.className, config) : ownObject(name, config);
}

/** Losses or metrics: of all outputs, in lists, or in records by the outputs' names. */
function partToKeras(owner: Owner, option: string, kind: 'loss' | 'metric', part: unknown): Json {
  if (part === null || part === undefined) return null;
  if (typeof part === 'string') return nameToKeras(kind, part);
  if (Array.isArray(part)) return part.map((item) => partToKeras(owner, option, kind, item));
  if (isNamed(part)) {
    const config = configToKeras({ ...owner, title: `${owner.title}: its ${option}` }, part.config);
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

/** A loss or metric that was given by name. Keras knows its own by name; one's own is written whole. */
function nameToKeras(kind: 'loss' | 'metric', name: string): Json {
  if (BY_SHAPE.has(name.toLowerCase())) return toSnake(name);
  return isKerasName(kind, name) ? toSnake(name) : functionToKeras(name);
}

/** Names for which the shapes of the data decide what is meant. */
const BY_SHAPE: ReadonlySet<string> = new Set(['accuracy', 'acc', 'crossentropy', 'ce']);

function isNamed(
  part: object,
): part is { readonly className: string; readonly config: Readonly<Record<string, unknown>> } {
  return 'className' in part && typeof part.className === 'string' && 'config' in part && isRecord(part.config);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
