"""Writes packages/text/src/goldens/pretrained: small tokenizers of Hugging Face's `tokenizers`, and what they return.

    python tooling/goldens/text/pretrained.py

The tokenizers have the structure of GPT-2's, RoBERTa's, BERT's, Llama's, CLIP's, T5's and ALBERT's, trained on CORPUS.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUTPUT = Path(__file__).parents[3] / "packages/text/src/goldens/pretrained"

CORPUS = [
    "The quick brown fox jumps over the lazy dog. It's the dog's house, isn't it? They'll say we've won, I'm sure.",
    "In the beginning there was nothing, and then there was a tokenizer that split words into smaller words.",
    "Learning is the process of acquiring new understanding, knowledge, behaviours, skills, values and attitudes.",
    "A neural network learns weights from examples; the learning rate is 0.001, the batch size is 128, and 2048 units.",
    "Übung macht den Meister: größer, schöner, weiter. L'été à la plage, déjà vu, garçon, naïve, œuvre, résumé.",
    "今日は良い天気です。天気予報は雨です。日本語の文章を単語に分けます。学びて時に之を習う。",
    "Привет, мир! Как дела? Хорошо, спасибо. Σίσυφος και Οδυσσέας. ΟΔΟΣ.",
    "def f(x):\n    return x + 1\n\n\tif x > 0:  # comment\n        print('hello world', x)",
    "你好，世界！机器学习很有趣。 안녕하세요 세계. مرحبا بالعالم. नमस्ते दुनिया. สวัสดีครับ",
    "the the the and and and of of to to in in is is it it that that was was for for on on words words learning learning",
] * 4

TEXTS = [
    "",
    " ",
    "Hello world",
    "Hello, y'all! How are you 😁 ?",
    "It's the dog's house, isn't it? They'll SAY we've I'm you'd 'tis DON'T",
    "  leading and   multiple    spaces  and trailing   ",
    "tabs\tand\nnew\n\nlines\r\nand\u00a0no-break\u3000wide\u2028line\u0085next",
    "Café résumé naïve cafe\u0301 \u0301alone Å ﬁ ① ＡＢＣ ｶﾞ Straße İstanbul ΟΔΟΣ ſ K",
    "今日は良い天気です。機械学習123",
    "你好 世界！hello世界 안녕하세요",
    "Привет мир مرحبا नमस्ते สวัสดี",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🥺🫠 \U0001f1ef\U0001f1f5",
    "control\u0000chars\u0007here\u200bzero\u200djoin\ufefffeff\ufffdbad\u00ad",
    "3.14159 1,000,000 ½ ² Ⅷ ٣٤٥ 2048x1024 0.001",
    "def f(x):\n    return x+1  # comment\n\tif (a && b) || !c: {}[]<>@#$%^&*~`_-=|\\/",
    "supercalifragilisticexpialidocious" * 4,
    "unaffable learning learns learned relearning",
    "do not . stop ! it 's ? can n't , we 've they 're I 'm",
    "a<|endoftext|>b [MASK] is[MASK]here <mask> x <mask>y </s> <s>  [SEP] [CLS]",
    "newtoken NewToken anewtoken newtokens  newtoken  ",
    "▁meta▁space ▁ x",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 \U00020000 𝟙",
    "CamelCaseWords_snake_case kebab-case HTTPServer's",
    "\u0301\u0301dropped accents first",
    "\u0378\U000e0001 unassigned, ²½ and a²b½c",
    "e\u0323\u0307 q\u0307\u0323 ệ \u1100\u1161\u11a8",
]

PAIRS = [("Hello world", "the dog's house"), ("", "x"), ("learning 今日は", ""), ("a b c d e f g h", "words words")]


def train(tokenizer, trainer):
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def gpt2():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    train(t, trainers.BpeTrainer(vocab_size=520, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet))
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    t.add_tokens(["newtoken"])
    return t


def roberta():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    t.decoder = decoders.ByteLevel()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    train(
        t,
        trainers.BpeTrainer(
            vocab_size=400, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
    )
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    t.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    t.add_tokens([AddedToken("newtoken", single_word=True, rstrip=True, normalized=True)])
    t.enable_truncation(9, strategy="only_first")
    return t


def bert(lower=True):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lower
    )
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece(prefix="##")
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    train(t, trainers.WordPieceTrainer(vocab_size=420, special_tokens=specials))
    if lower:
        t.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        t.enable_padding(pad_id=0, pad_token="[PAD]", pad_to_multiple_of=8)
        t.enable_truncation(12)
    else:
        t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
        t.enable_padding(direction="left", pad_id=0, pad_type_id=2, pad_token="[PAD]", length=20)
        t.enable_truncation(7, direction="left")
        t.add_tokens([AddedToken("NewToken", normalized=True), AddedToken("is", single_word=True)])
    return t


def llama2():
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    t.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=620, special_tokens=["<unk>", "<s>", "</s>", *pieces], limit_alphabet=90, max_token_length=12
    )
    train(t, trainer)
    saved = json.loads(t.to_str())
    saved["added_tokens"] = saved["added_tokens"][:3]
    t = Tokenizer.from_str(json.dumps(saved))
    t.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    return t


def llama3():
    t = Tokenizer(models.BPE(ignore_merges=True))
    pattern = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    t.decoder = decoders.ByteLevel()
    train(t, trainers.BpeTrainer(vocab_size=450, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t.add_special_tokens(["<|begin|>", "<|endoftext|>"])
    begin = t.token_to_id("<|begin|>")
    t.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single="<|begin|> $A", pair="<|begin|> $A <|begin|>:1 $B:1", special_tokens=[("<|begin|>", begin)]
            ),
        ]
    )
    return t


def clip():
    t = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>", continuing_subword_prefix=""))
    t.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    pattern = r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    t.decoder = decoders.Sequence([decoders.BPEDecoder(suffix="</w>"), decoders.Strip(" ", 0, 1)])
    train(
        t,
        trainers.BpeTrainer(
            vocab_size=700,
            special_tokens=["<|startoftext|>", "<|endoftext|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            end_of_word_suffix="</w>",
        ),
    )
    t.post_processor = processors.RobertaProcessing(
        ("<|endoftext|>", 1), ("<|startoftext|>", 0), trim_offsets=False, add_prefix_space=False
    )
    return t


def unigram(t5=True):
    t = Tokenizer(models.Unigram())
    if t5:
        t.normalizer = normalizers.Sequence(
            [normalizers.NFKC(), normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
        )
    else:
        t.normalizer = normalizers.Sequence(
            [
                normalizers.Replace("``", '"'),
                normalizers.Replace("''", '"'),
                normalizers.NFKD(),
                normalizers.StripAccents(),
                normalizers.Lowercase(),
            ]
        )
    scheme = "always" if t5 else "first"
    t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=t5)
    t.decoder = decoders.Metaspace(prepend_scheme=scheme, split=t5)
    specials = ["<pad>", "</s>", "<unk>"]
    train(t, trainers.UnigramTrainer(vocab_size=300, special_tokens=specials, unk_token="<unk>"))
    t.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    if t5:
        t.enable_truncation(8, strategy="only_second")
    return t


def word_level():
    t = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()])
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Whitespace(),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Punctuation(behavior="contiguous"),
        ]
    )
    train(t, trainers.WordLevelTrainer(vocab_size=200, special_tokens=["[UNK]"]))
    return t


def splits():
    """A character-level vocabulary behind pre-tokenizers with all behaviors; [UNK] shows the pieces."""
    t = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    cases = {}
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        cases[behavior] = pre_tokenizers.Punctuation(behavior)
        for invert in (False, True):
            cases[f"{behavior} {invert}"] = pre_tokenizers.Split(Regex(r"[\w']+|\.{2}"), behavior, invert)
    cases["delimiter"] = pre_tokenizers.CharDelimiterSplit("_")
    cases["whitespace"] = pre_tokenizers.WhitespaceSplit()
    cases["digits"] = pre_tokenizers.Digits(individual_digits=False)
    cases["literal"] = pre_tokenizers.Split("an", "isolated", False)
    cases["bert"] = pre_tokenizers.BertPreTokenizer()
    cases["words"] = pre_tokenizers.Whitespace()
    cases["regex words"] = pre_tokenizers.Split(Regex(r"\w+"), "isolated")
    cases["fixed"] = pre_tokenizers.FixedLength(5)
    lines = [*TEXTS, "...a.b..c....d", "banana 12ab34", "__init__ x__y_"]
    result = []
    for name, pre_tokenizer in cases.items():
        t.pre_tokenizer = pre_tokenizer
        pieces = [[piece for piece, _ in pre_tokenizer.pre_tokenize_str(line)] for line in lines]
        result.append({"name": name, "config": json.loads(t.to_str())["pre_tokenizer"], "pieces": pieces})
    return {"texts": lines, "cases": result}


def encoding(e):
    return {
        "ids": e.ids,
        "tokens": e.tokens,
        "typeIds": e.type_ids,
        "attentionMask": e.attention_mask,
        "specialTokensMask": e.special_tokens_mask,
    }


def attempt(f):
    try:
        return f()
    except Exception:
        return None


def golden(t):
    full = Tokenizer.from_str(t.to_str())
    full.no_truncation()
    full.no_padding()
    texts = []
    for line in TEXTS:
        e = full.encode(line)
        texts.append(
            {
                "text": line,
                "tokens": e.tokens,
                "ids": e.ids,
                "special": e.special_tokens_mask,
                "plain": full.encode(line, add_special_tokens=False).ids,
                "decoded": full.decode(e.ids),
                "whole": full.decode(e.ids, skip_special_tokens=False),
            }
        )
    pairs = []
    for text, pair in PAIRS:
        pairs.append(
            {
                "text": text,
                "pair": pair,
                "full": encoding(full.encode(text, pair)),
                "plain": encoding(full.encode(text, pair, add_special_tokens=False)),
                "limited": attempt(lambda: encoding(t.encode(text, pair))),
            }
        )
    batch = attempt(lambda: [encoding(e) for e in t.encode_batch([TEXTS[i] for i in (0, 2, 3, 4, 8)])])
    return {"tokenizer": json.loads(t.to_str()), "texts": texts, "pairs": pairs, "batch": batch}


TOKENIZERS = {
    "gpt2": gpt2(),
    "roberta": roberta(),
    "bert-uncased": bert(),
    "bert-cased": bert(lower=False),
    "llama-2": llama2(),
    "llama-3": llama3(),
    "clip": clip(),
    "t5": unigram(),
    "albert": unigram(t5=False),
    "word-level": word_level(),
}

OUTPUT.mkdir(exist_ok=True)
for name, tokenizer in TOKENIZERS.items():
    (OUTPUT / f"{name}.json").write_text(json.dumps(golden(tokenizer), ensure_ascii=False) + "\n")
(OUTPUT / "splits.json").write_text(json.dumps(splits(), ensure_ascii=False) + "\n")
