import { data, datasets } from 'manabi';

const { train } = await datasets.mnist();
let read = 0;

// Only the odd digits, in batches of 100. Nothing is read before the loop asks for it.
const odd = data
  .fromTensorSlices([train.images, train.labels])
  .map(([image, label]) => {
    read++;
    return [image, label];
  })
  .filter(([, label]) => Number(label.data[0]) % 2 === 1)
  .batch(100)
  .take(3);

for await (const [images, labels] of odd) {
  console.log(`images ${images.shape.join(' × ')}, digits ${Array.from(labels.data.slice(0, 10)).join(' ')} …`);
}
console.log(`digits read: ${read} of ${train.labels.data.length}`);
