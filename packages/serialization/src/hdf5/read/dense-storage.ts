/** Storage of large groups' links and attributes, in one module: it is imported for files that use it. */
export { readBTree2 } from './b-tree-2.ts';
export { openFractalHeap } from './fractal-heap.ts';
