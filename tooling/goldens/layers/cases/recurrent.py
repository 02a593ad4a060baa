from case import case, mask

X, WIDE = (2, 4, 3), (3, 5, 2)
STATE = (2, 2)
SEQUENCES, STATES = {"return_sequences": True}, {"return_sequences": True, "return_state": True}
# Steps that count and do not, at the start, within, and at the end.
# Keras on torch cannot mask in a loop, nor backwards at all.
MASKED = {"masks": [mask("1101", "0111")], "instead": {"unroll": True}}
GATED = (("LSTM", [STATE, STATE]), ("GRU", [STATE]), ("SimpleRNN", [STATE]))
UNITS = {"units": 2}

CASES = [
    *[
        made
        for layer, states in GATED
        for made in (
            case(layer, UNITS, X),
            case(layer, {**UNITS, **STATES}, X),
            case(layer, {**UNITS, "return_state": True, "go_backwards": True}, X),
            case(layer, {**UNITS, **SEQUENCES, "go_backwards": True}, X),
            case(layer, {**UNITS, **STATES, "use_bias": False, "activation": "relu"}, X, *states),
            case(layer, UNITS, X, **MASKED),
            case(layer, {**UNITS, **STATES}, X, **MASKED),
            case(layer, {**UNITS, **STATES, "zero_output_for_mask": True}, X, **MASKED),
            case(layer, {**UNITS, **STATES, "unroll": True}, X),
            case(layer, {**UNITS, **STATES, "unroll": True, "go_backwards": True}, X),
            case(layer, {"units": 3}, WIDE),
        )
    ],
    case("LSTM", {**UNITS, "recurrent_activation": "hard_sigmoid", "unit_forget_bias": False}, X),
    case("GRU", {**UNITS, **STATES, "reset_after": False}, X),
    case("GRU", {**UNITS, "reset_after": False, "use_bias": False, "recurrent_activation": "tanh"}, X),
    case("GRU", {**UNITS, "reset_after": False, **SEQUENCES}, X, **MASKED),
    *[case(f"{layer}Cell", UNITS, (2, 3), *states) for layer, states in GATED],
    case("GRUCell", {**UNITS, "reset_after": False}, (2, 3), STATE),
]
