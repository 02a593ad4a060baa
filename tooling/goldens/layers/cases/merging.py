from case import case, mask

A = mask("110", "100")
B = mask("101", "100")
TWO = [(2, 3, 2), (2, 3, 2)]

CASES = [
    case("Add", {}, (2, 3), (2, 3), (2, 3)),
    case("Add", {}, *TWO, masks=[A, B]),
    case("Add", {}, *TWO, masks=[A, None]),
    case("Add", {}, (2, 3, 2), (2, 2)),
    case("Subtract", {}, (2, 3), (2, 3)),
    case("Subtract", {}, (2, 3), (2, 1)),
    case("Multiply", {}, (2, 3), (2, 3), (2, 3)),
    case("Multiply", {}, *TWO, masks=[A, B]),
    case("Multiply", {}, *TWO, masks=[A, None]),
    case("Average", {}, (2, 3), (2, 3), (2, 3)),
    case("Average", {}, *TWO, masks=[A, B]),
    case("Maximum", {}, (2, 3), (2, 3), (2, 3)),
    case("Maximum", {}, *TWO, masks=[A, B]),
    case("Maximum", {}, *TWO, masks=[A, None]),
    case("Minimum", {}, (2, 3), (2, 3)),
    case("Minimum", {}, *TWO, masks=[A, B]),
    case("Concatenate", {}, (2, 3), (2, 2), (2, 1)),
    case("Concatenate", {"axis": 1}, *TWO, masks=[A, None]),
    case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 2, 2), masks=[A, mask("10", "11")]),
    case("Concatenate", {}, *TWO, masks=[A, B]),
    case("Dot", {"axes": 1}, (2, 3), (2, 3)),
    case("Dot", {"axes": 1, "normalize": True}, (2, 3), (2, 3)),
    case("Dot", {"axes": [1, 2]}, (2, 3, 4), (2, 2, 3)),
    case("Dot", {"axes": 2}, (2, 3, 4), (2, 2, 4), masks=[A, mask("10", "11")]),
    case("Dot", {"axes": [2, 1], "normalize": True}, (2, 2, 3), (2, 3)),
    case("Dot", {"axes": -1}, (2, 2, 2, 3), (2, 2, 3)),
]
