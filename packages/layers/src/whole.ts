/**
 * Everything that `@manabi/layers` loads when it is first used, together with the program: for bundles that must be one file,
 * such as workers as Vite builds them by default. Other programs do not need it.
 *
 * @example `import '@manabi/layers/whole';`
 * @packageDocumentation
 */
import * as train from './model/train.ts';
import { provideTrainingCode } from './model/training-code.ts';

provideTrainingCode(train);
