/**
 * Imports all code that `@manabi/layers` otherwise loads on first use. Only needed for bundles that must be a single
 * file, such as workers in Vite's default configuration. Programs that load models import `@manabi/serialization/whole`
 * instead.
 *
 * @example
 * ```ts
 * import '@manabi/layers/whole';
 * ```
 * @packageDocumentation
 */
import * as optimizers from '@manabi/optimizers';
import * as historyPlots from './history-plots/plot-history.ts';
import * as losses from './losses/index.ts';
import * as metrics from './metrics/index.ts';
import * as train from './model/train.ts';
import { provideTrainingCode } from './model/training-code.ts';
import * as setMask from './operations/set-mask.ts';
import { keepInFile } from './registry/kept.ts';

provideTrainingCode(train);
keepInFile(historyPlots, losses, metrics, optimizers, setMask);
