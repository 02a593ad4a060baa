import { ManabiError } from '@manabi/core';

/** What to do where a symbolic tensor was given in place of a tensor. */
export const SYMBOLIC_ADVICE =
  'It has no values before the model runs. Apply a layer to it, as in layers.add([x, y]) or layer.apply(x), or compute in ' +
  'layers.lambda({ function: (x) => mul(x, 2) }).';

/** What people call on tensors of other libraries, and what tensors here are read with. */
const METHODS_OF_TENSORS =
  'add,sub,mul,div,pow,neg,abs,exp,log,sqrt,square,sum,mean,max,min,argmax,dot,matmul,matMul,transpose,reshape,flatten,' +
  'squeeze,expandDims,concat,slice,cast,astype,relu,sigmoid,softmax,tanh,item,array,data,dataSync,arraySync,numpy,print';

/** Lets the methods of tensors say, on the prototype of symbolic tensors, what to do instead of calling them. */
export function refuseMethodsOfTensors(prototype: object): void {
  for (const method of METHODS_OF_TENSORS.split(',')) {
    Object.defineProperty(prototype, method, {
      value(): never {
        throw new ManabiError('argument', `A symbolic tensor has no method ${method}. ${SYMBOLIC_ADVICE}`, {
          op: method,
          data: { name: method, given: 'a symbolic tensor' },
        });
      },
    });
  }
}
