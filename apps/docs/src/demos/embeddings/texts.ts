/** What a network learns from a text: which words stand near a word, or whether a sentence is positive. */
export type Task = 'neighbors' | 'reviews';

/** A text to learn from. */
export interface LearnedText {
  readonly task: Task;
  readonly language: 'en' | 'ja';
  /** Sentences, and for reviews whether each is positive. */
  readonly sentences: readonly string[];
  readonly isPositive: readonly boolean[];
  /** Words that the page shows in one color, by the name of their group. The network does not see the groups. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

const people = ['anna', 'ben', 'clara', 'david'];
const animals = ['cat', 'dog', 'horse', 'cow', 'bird'];
const moves = ['sleeps', 'runs', 'plays'];
const places = ['garden', 'park', 'field', 'forest'];
const foods = ['bread', 'rice', 'soup', 'cake', 'fruit'];
const tastes = ['fresh', 'warm', 'sweet'];
const cities = ['paris', 'tokyo', 'rome', 'cairo'];
const countries = ['france', 'japan', 'italy', 'egypt'];

/** Returns every second combination of words from some lists, so that no two words stand in the same sentences. */
function combine(...lists: readonly (readonly string[])[]): readonly string[] {
  const all = lists.reduce((starts, list) => starts.flatMap((start) => list.map((word) => `${start} ${word}`)), ['']);
  return all.filter((_, i) => (i * i + i) % 7 < 3);
}

const stories = [
  ...combine(['the'], animals, moves, ['in the'], places),
  ...combine(people, ['feeds', 'likes'], ['the'], animals),
  ...combine(people, ['buys', 'eats', 'cooks'], tastes, foods),
  ...combine(people, ['lives in', 'travels to'], cities),
  ...combine(people, ['comes from'], countries),
  ...cities.map((city, i) => `${city} is a city in ${countries[i]}`),
];

/** The reviews of chapter 5 of the tutorial: positive ones, then negative ones. */
const english = [
  `a wonderful film with great actors / i loved every minute of it / the story is moving and the music is beautiful
  what a great and funny story / beautiful pictures and a clever ending / i laughed and cried and want to see it again
  the best film of the year / great fun for the whole family / a warm and clever film / the actors are wonderful`,
  `a boring film with bad actors / i wanted to leave after ten minutes / the story is dull and the music is awful
  what a stupid and boring story / ugly pictures and a silly ending / i fell asleep and never want to see it again
  the worst film of the year / a waste of time for the whole family / a cold and silly film / the actors are awful`,
];

/** The sentences of chapter 6. */
const japanese = [
  `この映画はとても面白かった 料理が美味しくて大満足です 店員さんが親切で嬉しかった 景色が綺麗で感動しました
  音楽が素晴らしくて楽しかった この本はとても面白いです 部屋が綺麗で大満足でした 対応が親切で感動しました
  デザートが美味しくて嬉しい 物語が素晴らしくて感動した 旅行はとても楽しかったです サービスが素晴らしい店です`,
  `この映画はとても退屈だった 料理が不味くてがっかりです 店員さんが不親切で悲しかった 部屋が汚くて残念でした
  音楽がうるさくて最悪だった この本はとても退屈です 景色が見えなくて残念です 対応が遅くてがっかりしました
  デザートが不味くて悲しい 物語がひどくて残念だった 旅行はとても最悪でした サービスがひどい店です`,
];

function reviewsOf(language: 'en' | 'ja', texts: readonly string[], between: RegExp): LearnedText {
  const [good, bad] = texts.map((text) => text.split(between));
  const sentences = [...good, ...bad];
  return { task: 'reviews', language, sentences, isPositive: sentences.map((_, i) => i < good.length), groups: {} };
}

/** The texts that the reader can choose. */
export const texts = {
  'short sentences': {
    task: 'neighbors',
    language: 'en',
    sentences: stories,
    isPositive: [],
    groups: { people, animals, places, foods, cities, countries },
  },
  'movie reviews': reviewsOf('en', english, /\s+\/\s+|\n\s*/),
  'Japanese reviews': reviewsOf('ja', japanese, /\s+/),
} as const satisfies Record<string, LearnedText>;

export type TextName = keyof typeof texts;
