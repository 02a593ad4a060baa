"""Writes packages/text/src/goldens/normalizers.json: texts through the normalizers of SentencePiece.

    pip install sentencepiece
    python tooling/goldens/text/sentencepiece_maps.py
"""

import base64
import json
import tempfile
from pathlib import Path

import sentencepiece
from tokenizers import normalizers

OUTPUT = Path(__file__).parents[3] / "packages/text/src/goldens/normalizers.json"

RULES = {
    "A": "a",
    "Ａ": "a",
    "①": "1",
    "ﬁ": "fi",
    "\u3000": " ",
    "é": "e",
    "e\u0301": "e",
    "ß": "ss",
    "カ\u3099": "ガ",
    "ｶﾞ": "ガ",
    "\u200b": "",
    "漢": "kan",
    "k\u0302\u0323": "X",
    "½": "1/2",
    "😁": ":D",
}

TEXTS = [
    "Ae\u0301é ß ½①ﬁ plain",
    "カ\u3099ｶﾞ k\u0302\u0323 漢字 😁\u200bz Ａ\u3000B",
    "A\u0301 B\u0323\u0301 é\u0301",
    "👩\u200d👧 \r\n🇯🇵A",
    "e\u0301\u0323 \u0301e",
    "",
    "nul\u0000 tab\t bell\u0007 \u1680 \u200e \u2028 ▁ \ufeff \ufffd \u008f\u009f\u0085",
]


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def field(data, number):
    """Returns the first field of a protobuf message with a number; the field must be bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        else:
            length, at = varint(data, at) if tag & 7 == 2 else ({1: 8, 5: 4}[tag & 7], at)
            value, at = data[at : at + length], at + length
        if tag >> 3 == number:
            return value
    raise ValueError(number)


def points(text):
    return " ".join(f"{ord(character):X}" for character in text)


with tempfile.TemporaryDirectory() as folder:
    rules = Path(folder) / "rules.tsv"
    rules.write_text("".join(f"{points(a)}\t{points(b)}\n" for a, b in RULES.items()))
    corpus = Path(folder) / "corpus.txt"
    corpus.write_text("the quick brown fox jumps over the lazy dog\n" * 5)
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=f"{folder}/model",
        vocab_size=60,
        hard_vocab_limit=False,
        normalization_rule_tsv=str(rules),
        minloglevel=2,
    )
    # ModelProto.normalizer_spec.precompiled_charsmap
    charsmap = field(field(Path(f"{folder}/model.model").read_bytes(), 3), 2)

cases = {
    "Precompiled": ({"precompiled_charsmap": base64.b64encode(charsmap).decode()}, normalizers.Precompiled(charsmap)),
    "Nmt": ({}, normalizers.Nmt()),
}
golden = {
    "texts": TEXTS,
    "cases": [
        {"config": {"type": name, **config}, "normalized": [normalizer.normalize_str(text) for text in TEXTS]}
        for name, (config, normalizer) in cases.items()
    ],
}
OUTPUT.write_text(json.dumps(golden) + "\n")
