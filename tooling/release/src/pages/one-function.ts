// A page that takes one function: what a bundler cannot leave out of core.
import { add } from '@manabi/core';

Object.assign(globalThis, { add });
