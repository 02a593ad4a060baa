// A page that runs a graph that it was given, which it compiles.
import '@manabi/backend-cpu/register';
import { applyGraph, fromHost, hostArray, jit, type Tensor } from '@manabi/core';

const graph = await (await fetch('https://example.org/program.json')).json();
const run = jit((x: Tensor, w: Tensor) => applyGraph(graph, [x, w]));
const zeros = (...shape: number[]) => fromHost(hostArray('float32', shape, new Float32Array(shape[0] * shape[1])));
const [y] = await run(zeros(2, 3), zeros(3, 4));
if ((await y.data()).length !== 8) throw new Error('The program makes a [2, 4] array.');
