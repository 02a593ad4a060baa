import numpy as np
from case import case, ints

FIRST = "channels_first"
PIXELS = ints((1, 5, 4, 2), 256).astype("uint8")



CASES = [
    case("Rescaling", {"scale": 0.5, "offset": -1.0}, (2, 3)),
    case("Rescaling", {"scale": 1 / 255}, PIXELS),
    case("Rescaling", {"scale": [0.5, 2.0], "offset": [1.0, -1.0]}, (2, 3, 2)),
    case("Resizing", {"height": 3, "width": 5}, (1, 5, 4, 2)),
    case("Resizing", {"height": 7, "width": 2}, (1, 5, 4, 2)),
    case("Resizing", {"height": 3, "width": 5, "interpolation": "nearest"}, (1, 5, 4, 2)),
    case("Resizing", {"height": 2, "width": 3, "antialias": True}, (1, 5, 7, 1)),
    # Without antialias, bicubic resizing differs between Keras on PyTorch and on TensorFlow and JAX.
    case("Resizing", {"height": 7, "width": 9, "interpolation": "bicubic", "antialias": True}, (1, 5, 4, 1)),
    case("Resizing", {"height": 2, "width": 3, "interpolation": "bicubic", "antialias": True}, (1, 5, 7, 1)),
    case("Resizing", {"height": 3, "width": 3, "crop_to_aspect_ratio": True}, (1, 5, 8, 1)),
    case("Resizing", {"height": 3, "width": 3, "pad_to_aspect_ratio": True, "fill_value": 0.5}, (1, 3, 7, 1)),
    case("Resizing", {"height": 3, "width": 2, "data_format": FIRST}, (1, 2, 5, 4)),
    case("Resizing", {"height": 3, "width": 3}, PIXELS),
    case("Resizing", {"height": 3, "width": 3}, (5, 4, 2)),
    case("CenterCrop", {"height": 2, "width": 3}, (1, 5, 4, 2)),
    case("CenterCrop", {"height": 3, "width": 2, "data_format": FIRST}, (1, 2, 5, 4)),
    case("CenterCrop", {"height": 6, "width": 3}, (1, 5, 4, 1)),
    case("CenterCrop", {"height": 2, "width": 2}, PIXELS),
    case("Normalization", {}, (3, 2)),
    case("Normalization", {"axis": None}, (3, 2)),
    case("Normalization", {"axis": [1, 2]}, (2, 3, 2)),
    case("Normalization", {"mean": 2.0, "variance": 4.0}, (3, 2)),
    case("Normalization", {"mean": [1.0, 2.0], "variance": [0.0, 4.0], "invert": True}, (2, 3, 2)),
    case("Normalization", {"invert": True}, (3, 2)),
    case("CategoryEncoding", {"num_tokens": 4}, ints((3, 3), 4)),
    case("CategoryEncoding", {"num_tokens": 4, "output_mode": "count"}, ints((3, 3), 4)),
    case("CategoryEncoding", {"num_tokens": 4, "output_mode": "one_hot"}, ints((3, 1), 4)),
    case("CategoryEncoding", {"num_tokens": 4, "output_mode": "one_hot"}, ints((2, 3), 4)),
    case("Discretization", {"bin_boundaries": [-1.0, 0.0, 0.5]}, (3, 4)),
    case("Discretization", {"bin_boundaries": [-1.0, 0.0], "output_mode": "one_hot"}, (3, 1)),
    case("Discretization", {"bin_boundaries": [-1.0, 0.0], "output_mode": "one_hot"}, (3, 2)),
    case("Discretization", {"bin_boundaries": [-1.0, 0.0], "output_mode": "multi_hot"}, (3, 4)),
    case("Discretization", {"bin_boundaries": [-1.0, 0.0], "output_mode": "count"}, (3, 4)),
]
