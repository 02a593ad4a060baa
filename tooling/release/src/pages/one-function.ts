// A page that uses one function of core, to measure how much unused code of core bundlers cannot remove.
import { add } from '@manabi/core';

Object.assign(globalThis, { add });
