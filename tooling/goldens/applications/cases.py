"""The networks to record: manabi's name, and the options of Keras."""

PLAIN = [
    "vgg16",
    "vgg19",
    *(f"resNet{depth}{version}" for version in ("", "V2") for depth in (50, 101, 152)),
    "mobileNet",
    "mobileNetV2",
    "mobileNetV3Small",
    "mobileNetV3Large",
    *(f"denseNet{depth}" for depth in (121, 169, 201)),
    "inceptionV3",
    "inceptionResNetV2",
    "xception",
    "nasNetMobile",
    "nasNetLarge",
    *(f"efficientNetB{number}" for number in range(8)),
    *(f"efficientNetV2{letter}" for letter in ("B0", "B1", "B2", "B3", "S", "M", "L")),
    *(f"convNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")),
]

VARIANTS = [
    ("mobileNet", {"alpha": 0.25, "depth_multiplier": 2, "dropout": 0.1}),
    ("mobileNet", {"include_top": False}),
    ("mobileNetV2", {"alpha": 1.4}),
    ("mobileNetV2", {"alpha": 0.35, "input_shape": [97, 130, 3]}),
    ("mobileNetV3Small", {"minimalistic": True}),
    ("mobileNetV3Large", {"alpha": 1.25, "include_preprocessing": False, "dropout_rate": 0.0}),
    ("mobileNetV3Large", {"include_top": False, "pooling": "max"}),
    ("efficientNetB0", {"include_top": False, "input_shape": [61, 66, 1], "pooling": "avg"}),
    ("efficientNetV2B0", {"include_preprocessing": False, "include_top": False}),
    ("efficientNetV2B0", {"input_shape": [64, 64, 1]}),
    ("convNeXtTiny", {"include_top": False, "pooling": "avg", "include_preprocessing": False}),
    ("convNeXtTiny", {"include_top": False, "name": "backbone"}),
    ("resNet50", {"include_top": False, "pooling": "avg"}),
    ("inceptionV3", {"include_top": False, "pooling": "max", "name": "features"}),
    ("vgg16", {"classes": 7, "classifier_activation": "sigmoid", "input_shape": [48, 64, 1]}),
]

STRUCTURES = [(network, {}) for network in PLAIN] + VARIANTS

# Smallest images that networks accept, other than 32.
SMALLEST = {"inceptionV3": 75, "inceptionResNetV2": 75, "xception": 71}


def small(network, options):
    size = SMALLEST.get(network, 32)
    base = {"input_shape": [size, size, 3]}
    if options.get("include_top", True):
        base |= {"classes": 10, "classifier_activation": None}
    return network, base | options


# Networks of more than 150 million parameters, which differ from smaller ones only in their tables.
HUGE = {"convNeXtLarge", "convNeXtXLarge"}

OUTPUTS = [
    *(small(network, {}) for network in PLAIN if network not in HUGE),
    small("mobileNet", {"alpha": 0.25, "depth_multiplier": 2, "input_shape": [64, 48, 3]}),
    small("mobileNet", {"alpha": 0.25, "include_top": False, "pooling": "max", "input_shape": [64, 64, 3]}),
    small("mobileNetV2", {"alpha": 0.35, "input_shape": [96, 65, 3]}),
    small("mobileNetV3Small", {"alpha": 0.75, "input_shape": [65, 64, 3]}),
    small("mobileNetV3Small", {"minimalistic": True, "include_preprocessing": False}),
    small("efficientNetB0", {"input_shape": [49, 64, 3]}),
    small("efficientNetV2B0", {"include_preprocessing": False, "input_shape": [64, 64, 3]}),
    small("denseNet121", {"input_shape": [64, 64, 3]}),
    small("convNeXtTiny", {"include_top": False, "pooling": "avg"}),
    small("resNet50V2", {"input_shape": [65, 65, 3]}),
]
