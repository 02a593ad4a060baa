from case import case, mask

# In training, these layers are random and tested by their statistics. Here, only inference is compared.
CASES = [
    case("Dropout", {"rate": 0.5}, (2, 3), masks=[mask("10", "11")]),
    case("Dropout", {"rate": 0.5, "noise_shape": [None, 1], "seed": 3}, (2, 3)),
    case("Dropout", {"rate": 0.0}, (2, 3), training=True),
    case("SpatialDropout1D", {"rate": 0.5}, (2, 3, 2)),
    case("SpatialDropout2D", {"rate": 0.5, "data_format": "channels_first"}, (2, 3, 2, 2)),
    case("SpatialDropout3D", {"rate": 0.5}, (1, 2, 2, 2, 2)),
    case("GaussianDropout", {"rate": 0.5}, (2, 3)),
    case("GaussianNoise", {"stddev": 0.5}, (2, 3)),
    case("AlphaDropout", {"rate": 0.5}, (2, 3)),
    case("AlphaDropout", {"rate": 0.5, "noise_shape": [None, 1]}, (2, 3)),
    case("ActivityRegularization", {"l1": 0.5, "l2": 0.25}, (2, 3)),
    case("ActivityRegularization", {}, (2, 3)),
]
