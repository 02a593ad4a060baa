from case import case, mask, within

X, WIDE = (2, 4, 3), (3, 5, 2)
STATE = (2, 2)
SAME, FIRST = {"padding": "same"}, {"data_format": "channels_first"}
SEQUENCES, STATES = {"return_sequences": True}, {"return_sequences": True, "return_state": True}
# Masked steps at the start, in the middle, and at the end.
# Keras on torch does not support masks in a loop, nor any masks backwards.
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
    case("RNN", {"cell": within("LSTMCell", units=2), **STATES}, X),
    case("RNN", {"cell": [within("LSTMCell", units=2), within("GRUCell", units=3)], **SEQUENCES}, X),
    case("RNN", {"cell": [within("GRUCell", units=2), within("SimpleRNNCell", units=3)]}, X),
    *[
        case("Bidirectional", {"layer": within(layer, units=2, **SEQUENCES), "merge_mode": mode}, X)
        for layer in ("LSTM", "GRU")
        for mode in ("concat", "sum", "mul", "ave", None)
    ],
    *[
        case("Bidirectional", {"layer": within(layer, units=2)}, X, *states, *states)
        for layer, states in GATED
    ],
    case("Bidirectional", {"layer": within("LSTM", units=2, return_state=True)}, X),
    case("Bidirectional", {"layer": within("GRU", units=2, **STATES), "merge_mode": "sum"}, X),
    case(
        "Bidirectional",
        {"layer": within("LSTM", units=2), "backward_layer": within("GRU", units=2, go_backwards=True)},
        X,
    ),
    case("ConvLSTM1D", {"filters": 2, "kernel_size": 2}, (2, 3, 5, 2)),
    case("ConvLSTM1D", {"filters": 2, "kernel_size": 3, "strides": 2, **SAME, **SEQUENCES}, (2, 3, 5, 2)),
    case("ConvLSTM2D", {"filters": 2, "kernel_size": 2, **STATES}, (1, 3, 4, 3, 2)),
    case("ConvLSTM2D", {"filters": 2, "kernel_size": [2, 3], "go_backwards": True, **SAME}, (1, 3, 4, 3, 2)),
    case("ConvLSTM2D", {"filters": 2, "kernel_size": 2, "dilation_rate": 2, "use_bias": False}, (1, 2, 4, 3, 2)),
    case("ConvLSTM2D", {"filters": 2, "kernel_size": 2, **FIRST, **SEQUENCES}, (1, 2, 2, 4, 3)),
    case("ConvLSTM3D", {"filters": 2, "kernel_size": 2}, (1, 2, 3, 2, 3, 1)),
]
