/**
 * Everything that manabi loads when it is first used, together with the program: for bundles that must be one file, such as
 * workers as Vite builds them by default. Other programs do not need it.
 *
 * @example `import 'manabi/whole';`
 * @packageDocumentation
 */
import '@manabi/serialization/whole';
