/**
 * Everything that `@manabi/layers` loads when it is first used, together with the program: for bundles that must be one file,
 * such as workers as Vite builds them by default. Other programs do not need it. Those that load models import
 * `@manabi/serialization/whole`.
 *
 * @example `import '@manabi/layers/whole';`
 * @packageDocumentation
 */
import * as optimizers from '@manabi/optimizers';
import * as losses from './losses/index.ts';
import * as metrics from './metrics/index.ts';
import * as train from './model/train.ts';
import { provideTrainingCode } from './model/training-code.ts';
import { keepInFile } from './registry/kept.ts';

provideTrainingCode(train);
keepInFile(losses, metrics, optimizers);
