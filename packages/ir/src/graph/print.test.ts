import { expect, test } from '@jest/globals';
import { applyComposite } from '../composites/index.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { printGraph, printNode } from './print.ts';

test('printGraph prints one line per node, and a constant with equal elements as a number where it is used', () => {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [2, 3] });
  const bias = b.input({ dtype: 'float32', shape: [3] });
  const sum = b.add(b.mul(x, b.full(x, 0.5)), b.expand(bias, [2, 3], [1]));
  const table = b.constant([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'int32', [10]);
  const graph = b.finish([b.cast(b.transpose(sum, [1, 0]), 'float64'), b.reduceSum(sum, [0]), table]);
  expect(printGraph(graph)).toBe(
    `
graph(%0: float32[2, 3], %1: float32[3]) {
  %3: float32[2, 3] = mul %0, 0.5
  %4: float32[2, 3] = expand %1 axes=[1]
  %5: float32[2, 3] = add %3, %4
  %6: int32[10] = constant value=[1, 2, 3, 4, 5, 6, 7, … 3 more]
  %7: float32[3, 2] = transpose %5 permutation=[1, 0]
  %8: float64[3, 2] = cast %7
  %9: float32[3] = reduceSum %5 axes=[0]
  return %8, %9, %6
}`.trim(),
  );
  expect(printNode(graph, graph.nodes[3])).toBe('%5: float32[2, 3] = add %3, %4');
});

test('printGraph indents the bodies and gradients of calls', () => {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [4] });
  const graph = b.finish(applyComposite(b, 'reciprocal', applyComposite(b, 'leakyRelu', [x], { alpha: 0.1 }), {}));
  expect(printGraph(graph)).toBe(
    `
graph(%0: float32[4]) {
  %1: float32[4] = call %0 name=leakyRelu config={alpha: 0.1} body(%0: float32[4]) {
    %2: bool[4] = lessEqual %0, 0
    %4: float32[4] = mul %0, 0.1
    %5: float32[4] = select %2, %4, %0
    return %5
  }
  vjp(%0: float32[4], %1: float32[4], %2: float32[4]) {
    %4: bool[4] = lessEqual %0, 0
    %6: float32[4] = mul %2, 0.1
    %7: float32[4] = select %4, %6, %2
    %8: bool[4] = isNaN %0
    %10: float32[4] = select %8, NaN, %7
    return %10
  }
  %2: float32[4] = call %1 name=reciprocal body(%0: float32[4]) {
    %2: float32[4] = div 1, %0
    return %2
  }
  vjp(%0: float32[4], %1: float32[4], %2: float32[4]) {
    %3: float32[4] = mul %1, %1
    %4: float32[4] = mul %2, %3
    %5: float32[4] = neg %4
    return %5
  }
  return %2
}`.trim(),
  );
});

test('printGraph prints nodes with several results, and outputs that are constants', () => {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [5] });
  const [values] = b.topK(x, 2, 0, true);
  expect(printGraph(b.finish([values, b.constant(-0, 'float32')]))).toBe(
    `
graph(%0: float32[5]) {
  %1: float32[2], %2: int32[2] = topK %0 k=2 axis=0 largest
  return %1, -0
}`.trim(),
  );
});
