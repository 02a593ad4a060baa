import { memory, realize, zeros } from 'manabi';

const weights = await realize(zeros([784, 128]));
console.log(memory().tensors);

weights.dispose();
console.log(memory().tensors);
