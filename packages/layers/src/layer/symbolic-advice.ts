import { ManabiError } from '@manabi/core';

/** Advice in errors about a symbolic tensor passed in place of a tensor. */
export const SYMBOLIC_ADVICE =
  'A symbolic tensor has no values until the model runs. Apply a layer, as in layers.add([x, y]) or layer.apply(x), or ' +
  'compute in layers.lambda({ function: (x) => mul(x, 2) }).';

/** Names of methods that tensors have in this and other libraries. */
const METHODS_OF_TENSORS =
  'add,sub,mul,div,pow,neg,abs,exp,log,sqrt,square,sum,mean,max,min,argmax,dot,matmul,matMul,transpose,reshape,flatten,' +
  'squeeze,expandDims,concat,slice,cast,astype,relu,sigmoid,softmax,tanh,item,array,data,dataSync,arraySync,numpy,print';

/** Adds methods that throw an error with a fix to the prototype of symbolic tensors. */
export function refuseMethodsOfTensors(prototype: object): void {
  for (const method of METHODS_OF_TENSORS.split(',')) {
    Object.defineProperty(prototype, method, {
      value(): never {
        throw new ManabiError('argument', `Symbolic tensors have no method \`${method}\`. ${SYMBOLIC_ADVICE}`, {
          op: method,
          data: { name: method, given: 'a symbolic tensor' },
        });
      },
    });
  }
}
