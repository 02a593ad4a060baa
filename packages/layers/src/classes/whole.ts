/**
 * All layers, together with the program, as `@manabi/layers/whole`: for bundles of one file that load models.
 *
 * @packageDocumentation
 */
import * as layers from '../layers/index.ts';
import * as functional from '../model/functional.ts';
import * as sequential from '../model/sequential.ts';
import { keepInFile } from '../registry/kept.ts';
import '../whole.ts';

keepInFile(layers, functional, sequential);
