"""Augmentation layers at inference: all but AutoContrast return images unchanged."""

from case import case, within

FIRST = "channels_first"
IMAGES = (1, 3, 2, 3)

CASES = [
    case("AugMix", {"num_chains": 2, "chain_depth": 4, "factor": [0.1, 0.4], "alpha": 0.5, "all_ops": False}, IMAGES),
    case("AutoContrast", {"value_range": [-2.0, 2.0]}, IMAGES),
    case("CutMix", {"factor": [0.2, 0.8], "seed": 3}, IMAGES),
    case("Equalization", {"bins": 16, "value_range": [0, 1]}, IMAGES),
    case("MixUp", {"alpha": 0.5}, IMAGES),
    case("RandAugment", {"num_ops": 3, "value_range": [0, 1], "interpolation": "nearest"}, IMAGES),
    case("RandomBrightness", {"factor": 0.3, "value_range": [0, 1], "seed": 1}, IMAGES),
    case("RandomColorDegeneration", {"factor": [0.1, 0.5]}, IMAGES),
    case("RandomColorJitter", {"brightness_factor": 0.2, "hue_factor": [0.1, 0.3]}, IMAGES),
    case("RandomContrast", {"factor": [0.2, 0.5]}, IMAGES),
    case("RandomCrop", {"height": 3, "width": 2, "seed": 1}, IMAGES),
    case("RandomElasticTransform", {"fill_mode": "mirror", "scale": 0.5}, IMAGES),
    case("RandomErasing", {"scale": [0.1, 0.2], "fill_value": [1.0, 2.0, 3.0]}, IMAGES),
    case("RandomFlip", {}, IMAGES),
    case("RandomFlip", {"mode": "horizontal", "data_format": FIRST, "seed": 5}, (1, 3, 3, 2)),
    case("RandomGaussianBlur", {"kernel_size": [3, 5], "sigma": 0.5}, IMAGES),
    case("RandomGrayscale", {"factor": 0.3}, IMAGES),
    case("RandomHue", {"factor": 0.3}, IMAGES),
    case("RandomInvert", {}, IMAGES),
    case("RandomPerspective", {"scale": 0.5, "fill_value": 1.0}, IMAGES),
    case("RandomPosterization", {"factor": 5}, IMAGES),
    case("RandomRotation", {"factor": 0.2}, IMAGES),
    case("RandomRotation", {"factor": [-0.1, 0.3], "fill_mode": "constant", "fill_value": 2.0}, IMAGES),
    case("RandomSaturation", {"factor": [0.4, 0.6]}, IMAGES),
    case("RandomSharpness", {"factor": 0.6}, IMAGES),
    case("RandomShear", {"x_factor": [0.1, 0.2], "y_factor": [0.0, 0.3]}, IMAGES),
    case("RandomTranslation", {"height_factor": 0.2, "width_factor": [-0.1, 0.3]}, IMAGES),
    case("RandomZoom", {"height_factor": 0.2}, IMAGES),
    case("RandomZoom", {"height_factor": [0.1, 0.3], "width_factor": [0.2, 0.3], "fill_mode": "nearest"}, IMAGES),
    case("Solarization", {"addition_factor": 0.2, "threshold_factor": [0.1, 0.5], "value_range": [0, 1]}, IMAGES),
    case("Pipeline", {"layers": [within("RandomFlip", mode="vertical"), within("Rescaling", scale=0.5)]}, IMAGES),
]
