import { ManabiError } from '@manabi/core';
import { functionOf, name, readArgument } from '@manabi/errors';
import { didYouMean, withoutPackage } from '@manabi/layers';
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  ftrl,
  inverseTimeDecay,
  lamb,
  lion,
  nadam,
  type Optimizer,
  piecewiseConstantDecay,
  polynomialDecay,
  rmsprop,
  type Schedule,
  sgd,
} from '@manabi/optimizers';
import { isKerasClass } from './modules.ts';

/** Makes an optimizer or schedule of a config that a file holds: it checks the names and values itself. */
type Maker<T> = (config: never) => T;

const optimizers = new Map<string, Maker<Optimizer>>(
  Object.entries({
    Adadelta: adadelta,
    Adafactor: adafactor,
    Adagrad: adagrad,
    Adam: adam,
    AdamW: adamw,
    Adamax: adamax,
    Ftrl: ftrl,
    Lamb: lamb,
    Lion: lion,
    Nadam: nadam,
    RMSprop: rmsprop,
    SGD: sgd,
  }),
);

const schedules = new Map<string, Maker<Schedule>>(
  Object.entries({
    CosineDecay: cosineDecay,
    CosineDecayRestarts: cosineDecayRestarts,
    ExponentialDecay: exponentialDecay,
    InverseTimeDecay: inverseTimeDecay,
    PiecewiseConstantDecay: piecewiseConstantDecay,
    PolynomialDecay: polynomialDecay,
  }),
);

const maker = functionOf('a function of a config');

/**
 * Makes an optimizer of your own known by name, so that models that are compiled with it save and load.
 *
 * @param className the optimizer's `className`
 * @param make makes it of its `config`
 * @example `registerOptimizer('SignSgd', (config) => signSgd(config))`
 */
export function registerOptimizer(
  className: string,
  make: (config: Readonly<Record<string, unknown>>) => Optimizer,
): void {
  readArgument('registerOptimizer', 'className', className, name);
  readArgument('registerOptimizer', 'make', make, maker);
  optimizers.set(className, make);
}

/**
 * Makes a schedule of your own known by name.
 *
 * @param className the schedule's `className`
 * @param make makes it of its `config`
 */
export function registerSchedule(
  className: string,
  make: (config: Readonly<Record<string, unknown>>) => Schedule,
): void {
  readArgument('registerSchedule', 'className', className, name);
  readArgument('registerSchedule', 'make', make, maker);
  schedules.set(className, make);
}

/** @throws ManabiError `argument` for a class that is not there, or options that it does not take */
export function makeOptimizer(className: string, config: Readonly<Record<string, unknown>>): Optimizer {
  return made('optimizer', optimizers, className, config);
}

/** @throws ManabiError `argument` for a class that is not there, or options that it does not take */
export function makeSchedule(className: string, config: Readonly<Record<string, unknown>>): Schedule {
  return made('schedule', schedules, className, config);
}

function made<T>(
  kind: string,
  makers: ReadonlyMap<string, Maker<T>>,
  className: string,
  config: Readonly<Record<string, unknown>>,
): T {
  const bare = withoutPackage(className);
  const isOwn = !isKerasClass('keras.optimizers', bare) && !isKerasClass('keras.optimizers.schedules', bare);
  const maker = makers.get(className) ?? (isOwn ? makers.get(bare) : undefined);
  if (maker === undefined) {
    const names = [...makers.keys()];
    throw new ManabiError('argument', `There is no ${kind} '${className}'. ${didYouMean(className, names)}`, {
      op: 'loadModel',
      data: { className, names },
    });
  }
  // What a file holds has no type: the maker checks each option.
  return maker(config as never);
}
