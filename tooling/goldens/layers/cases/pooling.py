from case import case, mask

SEQUENCE, IMAGE, VOLUME = (2, 7, 3), (2, 6, 5, 3), (1, 4, 5, 3, 2)
SHAPES = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}
WIDE = {"pool_size": 3, "strides": 2, "padding": "same"}
FIRST = {"data_format": "channels_first"}

CASES = [
    *[case(f"MaxPooling{n}D", {}, SHAPES[n]) for n in (1, 2, 3)],
    *[case(f"AveragePooling{n}D", {"pool_size": 2}, SHAPES[n]) for n in (1, 2, 3)],
    *[case(f"MaxPooling{n}D", WIDE, SHAPES[n]) for n in (1, 2, 3)],
    # Odd lengths only: where padding differs between both sides, Keras on torch repeats the edge, unlike its other backends,
    # which exclude padding from the mean.
    *[case(f"AveragePooling{n}D", WIDE, shape) for n, shape in ((1, (2, 7, 3)), (2, (2, 7, 5, 3)), (3, (1, 3, 5, 3, 2)))],
    *[case(f"{kind}Pooling2D", {"pool_size": [2, 3], "strides": 1, **FIRST}, (1, 2, 4, 5)) for kind in ("Max", "Average")],
    *[
        case(f"Global{kind}Pooling{n}D", {"keepdims": keepdims}, SHAPES[n])
        for kind in ("Max", "Average")
        for n in (1, 2, 3)
        for keepdims in (False, True)
    ],
    *[case(f"Global{kind}Pooling2D", FIRST, (2, 3, 4, 5)) for kind in ("Max", "Average")],
    case("GlobalAveragePooling1D", {}, SEQUENCE, masks=[mask("1100101", "1110000")]),
    case("GlobalAveragePooling1D", {"keepdims": True, **FIRST}, (2, 3, 4), masks=[mask("1100", "0010")]),
    *[
        case(f"Adaptive{kind}Pooling{n}D", {"output_size": size}, SHAPES[n])
        for kind in ("Max", "Average")
        for n, size in ((1, 3), (1, 7), (2, [2, 3]), (2, 4), (3, 2))
    ],
    *[case(f"Adaptive{kind}Pooling2D", {"output_size": 2, **FIRST}, (1, 2, 5, 4)) for kind in ("Max", "Average")],
]
