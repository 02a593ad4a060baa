"""Writes results of keras.ops.image as JSON, one case per line, next to the tests that compare with them.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/images/ops.py
"""

import json
import pathlib
import re

import keras
import numpy as np

TARGET = pathlib.Path("packages/core/src/image/goldens/image.jsonl")
random = np.random.RandomState(1)


def camel(name):
    return re.sub(r"_+([a-z0-9])", lambda match: match[1].upper(), name)


def named(value):
    return camel(value) if isinstance(value, str) else value


def array(values):
    values = np.asarray(values)
    data = values.reshape(-1)
    if values.dtype.kind == "f":
        return {"dtype": "float32", "shape": list(values.shape), "data": [float(f"{x:.7g}") for x in data]}
    return {"dtype": str(values.dtype), "shape": list(values.shape), "data": [int(x) for x in data]}


def pixels(*shape, high=255.0):
    return np.round(random.uniform(0, high, shape), 2).astype("float32")


def case(name, operands, **options):
    result = getattr(keras.ops.image, name)(*[x.copy() for x in operands], **options)
    return {
        "name": camel(name),
        "operands": [array(x) for x in operands],
        "options": {camel(key): named(value) for key, value in options.items()},
        "result": array(keras.ops.convert_to_numpy(result)),
    }


def affine(shape, **options):
    count = shape[0] if len(shape) == 4 else 1
    transforms = np.tile(np.float32([1, 0, 0, 0, 1, 0, 0, 0]), (count, 1))
    transforms[:, [0, 1, 3, 4]] += random.uniform(-0.6, 0.6, (count, 4)).round(3)
    transforms[:, [2, 5]] = random.uniform(-9, 9, (count, 2)).round(3)
    images = pixels(*shape)
    return case("affine_transform", [images, transforms if len(shape) == 4 else transforms[0]], **options)


def perspective(shape, **options):
    height, width = shape[-3:-1]
    corners = np.float32([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]])
    corners = np.tile(corners, (*shape[:-3], 1, 1))
    moved = (corners + random.uniform(-1, 1, corners.shape)).round(3).astype("float32")
    return case("perspective_transform", [pixels(*shape), corners, moved], **options)


def cases():
    for fill_mode in ["constant", "nearest", "wrap", "reflect", "mirror"]:
        for interpolation in ["nearest", "bilinear"]:
            yield affine((2, 5, 7, 2), fill_mode=fill_mode, interpolation=interpolation, fill_value=3.5)
            yield case(
                "map_coordinates",
                [pixels(4, 5), random.uniform(-11, 12, (2, 20)).round(3).astype("float32")],
                order=0 if interpolation == "nearest" else 1,
                fill_mode=fill_mode,
                fill_value=-1.5,
            )
    yield affine((5, 4, 3))
    yield affine((2, 3, 5, 4), data_format="channels_first", fill_mode="reflect")
    yield affine((1, 1, 6, 1), fill_mode="reflect")
    for interpolation in ["nearest", "bilinear"]:
        yield perspective((2, 6, 5, 2), interpolation=interpolation, fill_value=9.0)
    yield perspective((5, 4, 1))
    colors = np.concatenate(
        [pixels(1, 3, 8, 3, high=1.0), np.float32([[[[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0]] * 2] * 3])]
    )
    yield case("rgb_to_grayscale", [colors])
    yield case("rgb_to_grayscale", [colors.transpose(0, 3, 1, 2).copy()], data_format="channels_first")
    yield case("rgb_to_grayscale", [pixels(2, 3, 1)])
    yield case("rgb_to_hsv", [colors])
    yield case("rgb_to_hsv", [colors[0].transpose(2, 0, 1).copy()], data_format="channels_first")
    yield case("hsv_to_rgb", [colors])
    yield case("hsv_to_rgb", [colors[0].transpose(2, 0, 1).copy()], data_format="channels_first")
    yield case("gaussian_blur", [pixels(2, 5, 6, 3)], data_format="channels_last")
    yield case("gaussian_blur", [pixels(7, 6, 2)], kernel_size=[5, 5], sigma=[0.7, 2.0], data_format="channels_last")
    yield case("gaussian_blur", [pixels(1, 2, 7, 6)], kernel_size=[3, 3], sigma=[2.0, 0.5], data_format="channels_first")


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(row, separators=(",", ":")) for row in cases()]
    TARGET.write_text("".join(f"{row}\n" for row in rows))
    print(len(rows))
