"""Models of Keras 3 with masks: automatic ones, arguments of calls, and those that attention removes."""

import keras

L = keras.layers
ops = keras.ops


def words(length=6, **options):
    tokens = keras.Input((length,), dtype="int32")
    return tokens, L.Embedding(4, 4, **options)(tokens)


def block(x):
    x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 3)(x, x)]))
    return L.LayerNormalization()(L.Add()([x, L.Dense(4)(L.Dense(6, activation="relu")(x))]))


def blocks(count, pooled=True):
    tokens, x = words(mask_zero=True)
    for _ in range(count):
        x = block(x)
    return keras.Model(tokens, L.GlobalAveragePooling1D()(x) if pooled else x)


def operators():
    tokens, x = words(mask_zero=True)
    for _ in range(2):
        x = L.LayerNormalization()(x + L.MultiHeadAttention(2, 3)(x, x))
    return keras.Model(tokens, L.GlobalAveragePooling1D()(x))


def cross():
    first, second = keras.Input((6,), dtype="int32"), keras.Input((5,), dtype="int32")
    embedding = L.Embedding(4, 4, mask_zero=True)
    x, y = embedding(first), embedding(second)
    z = L.Add()([L.MultiHeadAttention(2, 3)(y, x), L.MultiHeadAttention(2, 3)(y, y, use_causal_mask=True), y])
    return keras.Model([first, second], [L.LSTM(3)(z), L.GlobalAveragePooling1D()(x), L.LSTM(2)(y)])


def merged():
    tokens, x = words(mask_zero=True)
    pooled = L.GlobalAveragePooling1D()(x)
    attended = L.MultiHeadAttention(2, 3)(x, x)
    joined = L.Concatenate()([x, attended])
    return keras.Model(tokens, [pooled, L.LSTM(3)(joined), L.Attention()([x, attended]), L.GRU(2)(L.Maximum()([x, attended]))])


def siblings():
    tokens, x = words(mask_zero=True)
    return keras.Model(tokens, [L.MultiHeadAttention(2, 3)(x, x), L.MultiHeadAttention(1, 2)(x, x), L.GroupQueryAttention(2, 2, 1)(x, x)])


def masking():
    x = keras.Input((6, 4))
    y = L.Masking()(x)
    return keras.Model(x, L.LSTM(3)(L.Multiply()([y, L.MultiHeadAttention(2, 3)(y, y)])))


def computed():
    tokens, x = words()
    mask = ops.not_equal(tokens, 3)
    pooled = L.GlobalAveragePooling1D()(L.Dense(2)(x), mask=mask)
    return keras.Model(tokens, [L.Bidirectional(L.LSTM(2))(x, mask=mask), L.TimeDistributed(L.Dense(2))(x, mask=mask), L.LSTM(2)(x, mask=mask), pooled])


def attention():
    first, second = keras.Input((6,), dtype="int32"), keras.Input((5,), dtype="int32")
    embedding = L.Embedding(4, 4)
    x, y = embedding(first), embedding(second)
    m, n = ops.greater(first, 0), ops.greater(second, 1)
    outputs = [
        L.Attention()([x, y], mask=[m, n]),
        L.AdditiveAttention()([x, y], mask=[None, n]),
        L.MultiHeadAttention(2, 3)(x, y, value_mask=n),
        L.MultiHeadAttention(2, 3)(x, y, query_mask=m, key_mask=n),
        L.MultiHeadAttention(2, 3)(query=x, value=y, key=y, query_mask=m),
    ]
    return keras.Model([first, second], outputs)


def softmax():
    x, m = keras.Input((6, 4)), keras.Input((6, 4), dtype="int32")
    return keras.Model([x, m], L.Softmax()(x, mask=ops.greater(m, 3)))


def given():
    x, m = keras.Input((6, 4)), keras.Input((6,), dtype="bool")
    return keras.Model([x, m], L.LSTM(3)(x, mask=m))


def replaced():
    tokens, x = words(mask_zero=True)
    return keras.Model(tokens, L.LSTM(3)(L.Dropout(0.1)(x), mask=ops.logical_and(ops.not_equal(tokens, 0), tokens < 3)))


def dropped():
    tokens, x = words(mask_zero=True)
    return keras.Model(tokens, L.LSTM(3)(L.Conv1D(4, 3, padding="same")(x)))


def mixed():
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        return blocks(2)
    finally:
        keras.mixed_precision.set_global_policy(before)


def nested():
    x = keras.Input((6, 4))
    inner = keras.Model(x, block(x), name="inner")
    tokens, y = words(mask_zero=True)
    return keras.Model(tokens, L.GlobalAveragePooling1D()(inner(y)))


def sequential():
    layers = [L.Embedding(4, 4, mask_zero=True), L.Bidirectional(L.LSTM(3, return_sequences=True)), L.TimeDistributed(L.Dense(2))]
    return keras.Sequential([keras.Input((6,), dtype="int32"), *layers, L.GlobalAveragePooling1D()])


TOKENS = ((6,), "int32", 4)
OTHERS = ((5,), "int32", 4)
MASKS = [
    ("block", lambda: blocks(1), [TOKENS]),
    ("blocks", lambda: blocks(2), [TOKENS]),
    ("blocks_open", lambda: blocks(3, pooled=False), [TOKENS]),
    ("operators", operators, [TOKENS]),
    ("cross", cross, [TOKENS, OTHERS]),
    ("merged", merged, [TOKENS]),
    ("siblings", siblings, [TOKENS]),
    ("masking", masking, [(6, 4)]),
    ("computed", computed, [TOKENS]),
    ("attention", attention, [TOKENS, OTHERS]),
    ("softmax", softmax, [(6, 4), ((6, 4), "int32", 10)]),
    ("given", given, [(6, 4), (6,)]),
    ("replaced", replaced, [TOKENS]),
    ("dropped", dropped, [TOKENS]),
    ("mixed", mixed, [TOKENS]),
    ("nested", nested, [TOKENS]),
    ("sequential", sequential, [TOKENS]),
]
