from case import case, ints, mask, within
import numpy as np

STEPS = np.array([[[1, 0], [0, 0], [0, 2]], [[0, 0], [0, 0], [3, 1]]], "float32")

CASES = [
    case("Dense", {"units": 3}, (2, 4)),
    case("Dense", {"units": 3, "activation": "tanh", "use_bias": False}, (2, 2, 4)),
    case("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c"}, (2, 4)),
    case("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 3], "bias_axes": "d"}, (2, 2, 4)),
    case("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 3, "activation": "relu"}, (2, 2, 2, 4)),
    case("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "de"}, (2, 2, 4)),
    case("EinsumDense", {"equation": "abcd,cde->abe", "output_shape": [None, 3]}, (2, 2, 2, 3)),
    case("EinsumDense", {"equation": "abc,bde->adec", "output_shape": [2, 3, None], "bias_axes": "d"}, (2, 3, 2)),
    case("EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 3, "bias_axes": "c"}, (2, 4, 3)),
    case("Embedding", {"input_dim": 5, "output_dim": 3}, ints((2, 4), 5)),
    case("Embedding", {"input_dim": 5, "output_dim": 3, "mask_zero": True}, ints((2, 4), 5)),
    case("Embedding", {"input_dim": 5, "output_dim": 2}, np.array([1.0, 4.0], "float32")),
    case("Masking", {}, STEPS),
    case("Masking", {"mask_value": 2.0}, np.full((1, 2, 2), 2, "float32")),
    case("Identity", {}, (2, 3), masks=[mask("10", "11")]),
    case("TimeDistributed", {"layer": within("Dense", units=3)}, (2, 3, 4), masks=[mask("110", "111")]),
    case("TimeDistributed", {"layer": within("Flatten")}, (2, 2, 2, 3)),
    case("TimeDistributed", {"layer": within("LayerNormalization")}, (2, 2, 3)),
]
