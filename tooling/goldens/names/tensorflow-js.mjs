// Writes the public names of TensorFlow.js, for the tables of names in the guides. Run from a folder in which
// `npm install @tensorflow/tfjs` was run: node PATH/TO/tensorflow-js.mjs OUTPUT.json
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const tf = createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs');
const owners = {
  tf,
  'tf.layers': tf.layers,
  'tf.losses': tf.losses,
  'tf.train': tf.train,
  'tf.data': tf.data,
  'tf.callbacks': tf.callbacks,
  'tf.metrics': tf.metrics,
  'tf.browser': tf.browser,
  'tf.initializers': tf.initializers,
  'tf.regularizers': tf.regularizers,
  'tf.constraints': tf.constraints,
};
const roots = [Object.prototype, Function.prototype, null];
/**
 * Returns the names of functions of an object, including those of its class, which `tf.train` is.
 *
 * @param {Record<string, unknown>} owner
 */
function names(owner) {
  const found = new Set();
  for (let object = owner; !roots.includes(object); object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) found.add(name);
  }
  return [...found].filter((name) => /^[a-z]\w*$/.test(name) && typeof owner[name] === 'function').sort();
}

const content = Object.fromEntries(Object.entries(owners).map(([prefix, owner]) => [prefix, names(owner)]));
writeFileSync(process.argv[2], `${JSON.stringify(content, null, 2)}\n`);
