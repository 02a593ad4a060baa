/** A chapter of the tutorial, whose pages are `tutorial/NAME.md` and `ja/tutorial/NAME.md`. */
export interface Chapter {
  readonly name: string;
  /** Titles for the navigation. */
  readonly en: string;
  readonly ja: string;
}

/** The chapters of the tutorial, in their order. */
export const chapters: readonly Chapter[] = [
  { name: '01-xor-by-hand', en: 'A network by hand', ja: '手で書くネットワーク' },
  { name: '02-xor-layers', en: 'Layers and fit', ja: '層とfit' },
  { name: '03-mnist-mlp', en: 'Handwritten digits', ja: '手書き数字' },
  { name: '04-mnist-cnn', en: 'Convolutions', ja: '畳み込み' },
  { name: '05-imdb', en: 'Movie reviews', ja: '映画のレビュー' },
  { name: '06-japanese-lstm', en: 'Sentences and LSTM', ja: '文とLSTM' },
  { name: '07-batch-norm-dropout', en: 'Normalization and dropout', ja: '正規化とドロップアウト' },
  { name: '08-transfer', en: 'Transfer learning', ja: '転移学習' },
  { name: '09-streaming', en: 'Data pipelines', ja: 'データパイプライン' },
  { name: '10-saving', en: 'Saving and loading', ja: '保存と読み込み' },
  { name: '11-exchange', en: 'Exchange with Python', ja: 'Pythonとのやり取り' },
];
