import { ManabiError } from '@manabi/core';

/** Advice that is added to an error if a symbolic tensor was passed in place of a tensor. */
export const SYMBOLIC_ADVICE =
  'A symbolic tensor has no values until the model runs. Apply a layer, as in layers.add([x, y]) or layer.apply(x), or ' +
  'compute in layers.lambda({ function: (x) => mul(x, 2) }).';

/** Names of methods of tensors in manabi and in other libraries, which users may try to call on a symbolic tensor. */
const METHODS_OF_TENSORS =
  'add,sub,mul,div,pow,neg,abs,exp,log,sqrt,square,sum,mean,max,min,argmax,dot,matmul,matMul,transpose,reshape,flatten,' +
  'squeeze,expandDims,concat,slice,cast,astype,relu,sigmoid,softmax,tanh,item,array,data,dataSync,arraySync,numpy,print';

/** Adds the methods of tensors to the prototype of symbolic tensors; each throws an error that shows the fix. */
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
