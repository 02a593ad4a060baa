import { text } from 'manabi';

const reviews = ['A good film, a very good film', 'Bad. Very bad', 'Good actors in a bad film'];
const tokenizer = new text.Tokenizer({ numWords: 6, oovToken: '<unknown>' });
tokenizer.fitOnTexts(reviews);
console.log(tokenizer.wordIndex);

const sequences = tokenizer.textsToSequences(reviews); // the most frequent words as numbers
const x = text.padSequences(sequences, { maxlen: 6, padding: 'post' });
console.log(x.shape, x.data.slice(0, 12));
