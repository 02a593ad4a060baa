import { datasets, hostArray } from 'manabi';
import { image } from './show.ts';

const { images, labels } = (await datasets.mnist()).train;
console.log('images:', images.dtype, images.shape, ' labels:', labels.dtype, labels.shape);

for (let i = 0; i < 8; i++) {
  const pixels = images.data.slice(i * 784, (i + 1) * 784);
  image(`${i}: a ${labels.data[i]}`, hostArray('uint8', [28, 28], pixels));
}
