// A page that uses one function, to measure how much of core a bundler cannot remove.
import { add } from '@manabi/core';

Object.assign(globalThis, { add });
