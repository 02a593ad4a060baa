// A page that uses one function, to measure what a bundler cannot leave out of core.
import { add } from '@manabi/core';

Object.assign(globalThis, { add });
