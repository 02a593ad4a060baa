from case import case, mask

Q, V = (2, 3, 4), (2, 5, 4)
QUERY, VALUE = mask("110", "100"), mask("11010", "11100")
CAUSAL = {"use_causal_mask": True}
SCORES = {"return_attention_scores": True}
SEEN = [mask("11010", "00111", "10000"), mask("01010", "00111", "11111")]
HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}

CASES = [
    case("Attention", {}, Q, V),
    case("Attention", {}, Q, V, V),
    case("Attention", {"use_scale": True}, Q, V, masks=[QUERY, VALUE], call=SCORES),
    case("Attention", {"score_mode": "concat"}, Q, V, masks=[None, VALUE]),
    case("Attention", {"score_mode": "concat", "use_scale": True}, Q, (2, 5, 3), V),
    case("Attention", {}, Q, V, call=CAUSAL, masks=[None, VALUE]),
    case("Attention", {}, Q, Q, call=CAUSAL),
    case("AdditiveAttention", {}, Q, V, masks=[QUERY, VALUE]),
    case("AdditiveAttention", {"use_scale": False}, Q, V, V, call={**CAUSAL, **SCORES}),
    case("MultiHeadAttention", HEADS, Q, V),
    case("MultiHeadAttention", HEADS, Q, Q, call=CAUSAL),
    case("MultiHeadAttention", {**HEADS, "value_dim": 2, "output_shape": 5}, Q, (2, 5, 3), (2, 5, 2), call=SCORES),
    case("MultiHeadAttention", {**HEADS, "use_bias": False}, Q, V, masks=[QUERY, VALUE]),
    case("MultiHeadAttention", HEADS, Q, V, masks=[QUERY, VALUE], call={**CAUSAL, **SCORES}),
    case("MultiHeadAttention", HEADS, Q, V, V, masks=[None, None, VALUE]),
    case("MultiHeadAttention", HEADS, Q, V, V, attention_mask=SEEN),
    case("MultiHeadAttention", {**HEADS, "use_gate": True}, Q, V),
    case("MultiHeadAttention", {**HEADS, "sliding_window": 2}, Q, V),
    case("MultiHeadAttention", {**HEADS, "dropout": 0.5}, Q, V, masks=[QUERY, None]),
    case("MultiHeadAttention", HEADS, (1, 2, 3, 4), (1, 2, 3, 4)),
    case("MultiHeadAttention", {**HEADS, "attention_axes": [2]}, (1, 2, 3, 4), (1, 2, 3, 4)),
    case("GroupQueryAttention", GROUPS, Q, V),
    case("GroupQueryAttention", GROUPS, Q, V, masks=[QUERY, VALUE], call=CAUSAL),
    case("GroupQueryAttention", {**GROUPS, "use_bias": False}, Q, V, V, attention_mask=SEEN, call=SCORES),
    case("GroupQueryAttention", {**GROUPS, "use_gate": True, "sliding_window": 2}, Q, Q, call=CAUSAL),
]
