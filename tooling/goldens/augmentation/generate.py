"""Writes random transformations of Keras's augmentation layers and what they make of images, one case per line.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/augmentation/generate.py
"""

import json
import pathlib
import re

import keras
import numpy as np
import torch

TARGET = pathlib.Path("packages/layers/src/goldens/augmentation.jsonl")
FIRST = "channels_first"
# Entries of transformations that follow from others or from the images.
DERIVED = {"input_shape", "rotation_matrix", "image_height", "image_width", "batch_size", "seed"}
random = np.random.RandomState(7)


def camel(name):
    return re.sub(r"_+([a-z0-9])", lambda match: match[1].upper(), name)


def word(value):
    return camel(value) if isinstance(value, str) else value


def array(values):
    values = np.asarray(values)
    flat = values.reshape(-1)
    if values.dtype.kind == "f":
        data = [float(f"{x:.7g}") for x in flat.astype("float64")]
        return {"dtype": "float32", "shape": list(values.shape), "data": data}
    kind = {"bool": "bool", "uint8": "uint8"}.get(str(values.dtype), "int32")
    return {"dtype": kind, "shape": list(values.shape), "data": [int(x) for x in flat]}


def host(tensor):
    return tensor.detach().cpu().numpy() if torch.is_tensor(tensor) else np.asarray(tensor)


brighten = keras.layers.RandomBrightness.transform_images


def brightened(self, images, *args, **kwargs):
    """On torch, this layer changes its input in place, and with it the input of RandAugment's other layers."""
    return brighten(self, images.clone(), *args, **kwargs)


keras.layers.RandomBrightness.transform_images = brightened
rotate = keras.layers.RandomRotation._transform_images


def rotated(self, images, transformation, interpolation):
    """On torch, this layer changes the matrix in place, so that RandAugment uses another one the second time."""
    return rotate(self, images, {"rotation_matrix": transformation["rotation_matrix"].clone()}, interpolation)


keras.layers.RandomRotation._transform_images = rotated


def described(transformation):
    if transformation is None:
        return {}
    return {
        camel(key): described(value) if value is None or isinstance(value, dict) else array(host(value))
        for key, value in transformation.items()
        if key not in DERIVED
    }


def drawn(layer, images):
    """Draws a transformation, and returns it for Keras and as the tests read it."""
    given = layer.get_random_transformation(images, training=True)
    name = type(layer).__name__
    if name == "RandomFlip":
        flips = array(host(given["flips"]))
        return given, {"horizontal": flips, "vertical": flips}
    if name == "RandomCrop":
        row, column = (array(np.int32(host(start))) for start in given)
        return given, {"row": row, "column": column}
    if name == "RandomGrayscale":
        return given, {"shouldApply": array(host(given))}
    if name == "RandAugment":
        result = described(given)
        return given, {"layerIndices": result["layerIdxes"], "transforms": result["transforms"]}
    if name == "AugMix":
        return given, chains(layer, images, given)
    return given, described(given)


def chains(layer, images, given):
    names = [*layer._augment_layers, None]
    indices, steps = [], []
    for chain in given["chain_transforms"]:
        rows = [(step["layer_name"], step["transformation"]) for step in chain]
        rows += [(None, None)] * (layer.chain_depth - len(rows))
        indices.append([names.index(name) for name, _ in rows])
        for own, transformation in rows:
            others = {n: getattr(layer, n).get_random_transformation(images) for n in layer._augment_layers}
            steps.append({**others, own: transformation} if own else others)
    def stacked(values):
        if isinstance(values[0], dict):
            keys = [key for key in values[0] if key not in DERIVED]
            return {key: stacked([value[key] for value in values]) for key in keys}
        return np.stack([host(value) for value in values])

    transforms = {name: described(stacked([step[name] or {} for step in steps])) for name in layer._augment_layers}
    return {
        "chainMixingWeights": array(host(given["chain_mixing_weights"])),
        "weightSample": array(host(given["weight_sample"])),
        "layerIndices": array(np.int32(indices)),
        "transforms": {camel(name): value for name, value in transforms.items()},
    }


def recorded_parts(layer):
    """Records the transformations that a color jitter draws while it runs."""
    found = {}
    for part in ["brightness", "contrast", "saturation", "hue"]:
        inner = getattr(layer, f"random_{part}")
        found[part] = None
        if inner is None:
            continue

        def draw(*args, own=inner.get_random_transformation, part=part, **kwargs):
            result = own(*args, **kwargs)
            found[part] = described(result)
            return result

        inner.get_random_transformation = draw
    return found


def case(name, config, shape, high=255.0, labels=None):
    seed = random.randint(1000)
    keras.utils.set_random_seed(seed)
    layer = getattr(keras.layers, name)(**config, **({} if name in UNSEEDED else {"seed": seed}))
    images = torch.tensor(np.round(random.uniform(0, high, shape), 2).astype("float32"))
    result = {"className": name, "options": {camel(key): word(value) for key, value in config.items()}}
    parts = recorded_parts(layer) if name == "RandomColorJitter" else None
    noise, normal = [], torch.normal

    def noted(*args, **kwargs):
        values = normal(*args, **kwargs)
        noise.append(host(values))
        return values

    given, transformation = drawn(layer, images) if parts is None else (None, None)
    torch.normal = noted
    outputs = layer.transform_images(images, given, training=True)
    torch.normal = normal
    if name == "RandomElasticTransform":
        transformation["noise"] = array(np.stack(noise, 1))
    result |= {
        "transformation": parts or transformation,
        "images": array(host(images)),
        "outputs": array(host(outputs)),
    }
    if labels is not None:
        given_labels = np.eye(labels, dtype="float32")[random.randint(0, labels, shape[0])]
        result["labels"] = array(given_labels)
        result["outputLabels"] = array(host(layer.transform_labels(torch.tensor(given_labels), given)))
    return result


UNSEEDED = {"AutoContrast", "Equalization"}
SMALL = (3, 5, 6, 3)


def cases():
    for mode in ["horizontal", "vertical", "horizontal_and_vertical"]:
        yield case("RandomFlip", {"mode": mode}, (4, 2, 3, 1))
    yield case("RandomFlip", {"data_format": FIRST, "mode": "vertical"}, (4, 1, 2, 3))
    for fill_mode in ["reflect", "wrap", "constant", "nearest"]:
        for interpolation in ["nearest", "bilinear"]:
            options = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 9.0}
            yield case("RandomRotation", {"factor": 0.3, **options}, (3, 4, 5, 2))
            yield case("RandomZoom", {"height_factor": [-0.4, 0.6], "width_factor": 0.5, **options}, (3, 4, 5, 1))
            yield case("RandomTranslation", {"height_factor": 0.6, "width_factor": [-0.3, 0.8], **options}, (3, 4, 5, 1))
            yield case("RandomShear", {"x_factor": 0.6, "y_factor": [0.1, 0.5], **options}, (3, 4, 5, 1))
    yield case("RandomRotation", {"factor": [0.1, 0.4], "data_format": FIRST}, (2, 3, 5, 4))
    yield case("RandomZoom", {"height_factor": 0.3, "data_format": FIRST}, (2, 3, 5, 4))
    yield case("RandomTranslation", {"height_factor": 0.3, "width_factor": 0.2, "data_format": FIRST}, (2, 3, 5, 4))
    yield case("RandomShear", {"x_factor": 0.3, "data_format": FIRST}, (2, 3, 5, 4))
    yield case("RandomPerspective", {"scale": 0.4, "fill_value": 3.0}, (4, 6, 5, 2))
    yield case("RandomPerspective", {"scale": 0.3, "factor": [1.0, 1.0], "interpolation": "nearest"}, (2, 6, 5, 2))
    yield case("RandomPerspective", {"scale": 0.3, "factor": [1.0, 1.0], "data_format": FIRST}, (2, 3, 5, 4))
    yield case("RandomCrop", {"height": 3, "width": 4}, (2, 7, 9, 2))
    yield case("RandomCrop", {"height": 4, "width": 3, "data_format": FIRST}, (2, 2, 7, 9))
    # Images that are too small or of equal size in one direction.
    yield case("RandomCrop", {"height": 6, "width": 3}, (2, 4, 9, 1))
    yield case("RandomCrop", {"height": 12, "width": 8}, (2, 10, 4, 1))
    yield case("RandomCrop", {"height": 4, "width": 3}, (2, 4, 9, 1))
    yield case("RandomContrast", {"factor": [0.5, 0.9]}, SMALL)
    yield case("RandomContrast", {"factor": [0.5, 0.9], "value_range": [0, 1], "data_format": FIRST}, (2, 3, 4, 5), high=1.0)
    yield case("RandomBrightness", {"factor": 0.5}, SMALL)
    yield case("RandomBrightness", {"factor": [0.1, 0.4], "value_range": [-1.0, 1.0]}, SMALL, high=1.0)
    yield case("RandomHue", {"factor": 0.8}, SMALL)
    yield case("RandomHue", {"factor": [0.2, 0.9], "value_range": [0, 1], "data_format": FIRST}, (3, 3, 4, 5), high=1.0)
    yield case("RandomSaturation", {"factor": [0.2, 0.9], "value_range": [0, 1]}, SMALL, high=1.0)
    yield case("RandomSaturation", {"factor": [0.1, 0.5]}, SMALL)
    yield case("RandomSaturation", {"factor": [0.1, 0.5], "data_format": FIRST}, (2, 3, 4, 5))
    factors = {"brightness_factor": 0.3, "contrast_factor": [0.2, 0.4], "saturation_factor": [0.3, 0.5], "hue_factor": 0.4}
    yield case("RandomColorJitter", factors, SMALL)
    yield case("RandomColorJitter", {"brightness_factor": [0.1, 0.2], "value_range": [0, 1]}, SMALL, high=1.0)
    yield case("RandomColorDegeneration", {"factor": [0.1, 0.9]}, SMALL)
    yield case("RandomColorDegeneration", {"factor": [0.1, 0.9], "data_format": FIRST}, (2, 3, 4, 5))
    yield case("RandomSharpness", {"factor": 1.0}, SMALL)
    yield case("RandomSharpness", {"factor": [0.1, 0.3], "value_range": [0, 1], "data_format": FIRST}, (2, 3, 4, 5), high=1.0)
    yield case("RandomGaussianBlur", {"kernel_size": 5, "sigma": [0.5, 1.0], "data_format": "channels_last"}, (4, 6, 7, 2))
    yield case("RandomGaussianBlur", {"factor": [1.0, 1.0], "data_format": FIRST}, (2, 2, 6, 7))
    yield case("RandomGrayscale", {"factor": 0.5}, (6, 2, 3, 3))
    yield case("RandomGrayscale", {"factor": 0.5, "data_format": FIRST}, (6, 3, 2, 3))
    yield case("RandomInvert", {"factor": [0.4, 0.6]}, (6, 2, 3, 3))
    yield case("RandomInvert", {"value_range": [0, 1]}, (6, 2, 3, 3), high=1.0)
    yield case("RandomPosterization", {"factor": [1, 8]}, (6, 2, 3, 3))
    yield case("RandomPosterization", {"factor": [3, 3], "value_range": [0, 1]}, (2, 4, 3, 3), high=1.0)
    yield case("RandomErasing", {"factor": [0.7, 0.7], "scale": [0.2, 0.5]}, (5, 6, 5, 2))
    yield case("RandomErasing", {"factor": [1.0, 1.0], "fill_value": [1.0, 2.0, 3.0]}, (2, 6, 5, 3))
    yield case("RandomErasing", {"fill_value": 7.0, "data_format": FIRST}, (3, 2, 6, 5))
    for interpolation, fill_mode in [("bilinear", "reflect"), ("nearest", "wrap"), ("bilinear", "mirror")]:
        options = {"scale": [0.9, 0.9], "factor": [0.8, 0.8], "interpolation": interpolation, "fill_mode": fill_mode}
        yield case("RandomElasticTransform", {**options, "data_format": "channels_last"}, (3, 16, 18, 1))
    yield case("RandomElasticTransform", {"scale": [1.0, 1.0], "fill_mode": "constant", "data_format": FIRST}, (2, 2, 16, 14))
    yield case("AutoContrast", {}, SMALL, high=130.0)
    yield case("AutoContrast", {"value_range": [0, 1]}, SMALL, high=0.5)
    yield case("Equalization", {}, SMALL)
    yield case("Equalization", {"value_range": [0, 1], "bins": 64}, SMALL, high=1.0)
    yield case("Equalization", {"data_format": FIRST}, (2, 2, 4, 5))
    yield case("Solarization", {"addition_factor": 0.3, "threshold_factor": 0.8}, SMALL)
    yield case("Solarization", {"threshold_factor": 0.8, "value_range": [0, 1]}, SMALL, high=1.0)
    yield case("MixUp", {"alpha": 0.4}, (4, 2, 3, 1), labels=3)
    yield case("CutMix", {}, (4, 6, 5, 2), labels=3)
    yield case("CutMix", {"factor": [0.5, 0.8], "data_format": FIRST}, (4, 2, 6, 5), labels=3)
    for i in range(4):
        yield case("RandAugment", {"num_ops": 3, "factor": [0.1, 0.6], "interpolation": ["nearest", "bilinear"][i % 2]}, SMALL)
    yield case("RandAugment", {"value_range": [0, 1]}, SMALL, high=1.0)
    # Torch computes 255 / x as (1 / x) * 255, so that equalization after automatic contrast may differ by a level.
    for i in range(2):
        yield case("AugMix", {"all_ops": i > 0, "num_chains": 2 + i, "factor": [0.1, 0.5]}, (2, 5, 4, 3))
    yield case("AugMix", {"value_range": [0, 1], "chain_depth": 2, "alpha": 0.5}, (2, 5, 4, 3), high=1.0)


if __name__ == "__main__":
    import random as py_random

    py_random.seed(5)
    rows = [json.dumps(row, separators=(",", ":")) for row in cases()]
    TARGET.write_text("".join(f"{row}\n" for row in rows))
    print(len(rows), TARGET.stat().st_size)
