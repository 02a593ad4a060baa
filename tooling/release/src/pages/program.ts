// A page that runs a graph that it was given: what an exported program needs.
import '@manabi/backend-cpu/register';
import { applyGraph, fromHost, jit } from '@manabi/core';

Object.assign(globalThis, { applyGraph, fromHost, jit });
