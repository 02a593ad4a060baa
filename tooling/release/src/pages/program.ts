// A page that loads a graph, compiles it and runs it.
import '@manabi/backend-cpu/register';
import { applyGraph, fromHost, hostArray, jit, type Tensor } from '@manabi/core';

const graph = await (await fetch('https://example.org/program.json')).json();
const run = jit((x: Tensor, w: Tensor) => applyGraph(graph, [x, w]));
const zeros = (...shape: number[]) => fromHost(hostArray('float32', shape, new Float32Array(shape[0] * shape[1])));
const [y] = await run(zeros(2, 3), zeros(3, 4));
if ((await y.data()).length !== 8) throw new Error('The output must have the shape [2, 4].');
