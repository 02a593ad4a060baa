from case import case, mask

CASES = [
    case("Activation", {"activation": "relu"}, (3, 4)),
    case("Activation", {"activation": "hard_sigmoid"}, (3, 4)),
    case("Activation", {"activation": "gelu"}, (3, 4)),
    case("ReLU", {}, (3, 4)),
    case("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.5}, (3, 5)),
    case("ReLU", {"max_value": 0.8}, (3, 5)),
    case("LeakyReLU", {}, (3, 4)),
    case("LeakyReLU", {"negative_slope": 0.05}, (3, 4)),
    case("PReLU", {}, (2, 3, 4)),
    case("PReLU", {"shared_axes": [1, 2]}, (2, 3, 2, 4)),
    case("ELU", {}, (3, 4)),
    case("ELU", {"alpha": 0.5}, (3, 4)),
    case("Softmax", {}, (3, 4)),
    case("Softmax", {"axis": 1}, (2, 3, 4)),
    case("Softmax", {"axis": [1, 2]}, (2, 3, 4)),
    case("Softmax", {}, (3, 4), masks=[mask("1101", "1000", "0000")]),
    case("Softmax", {"axis": [1, 2]}, (2, 2, 3), masks=[[[[True], [False]], [[True], [True]]]]),
]
