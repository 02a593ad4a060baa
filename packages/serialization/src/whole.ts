/**
 * Everything that loading and saving models loads when it is first used, together with the program: for bundles that must be
 * one file, such as workers as Vite builds them by default. Other programs do not need it.
 *
 * @example `import '@manabi/serialization/whole';`
 * @packageDocumentation
 */
import '@manabi/layers/classes/whole';
