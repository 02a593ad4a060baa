"""Writes what PIL, TensorFlow and Keras compute from images as JSON, next to the tests that compare with them.

Run from the root of the repository: KERAS_BACKEND=tensorflow python tooling/goldens/images/generate.py SHARED
"""

import base64
import io
import json
import pathlib
import sys
import tempfile

import keras
import numpy as np
import tensorflow as tf
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from keras.src.utils import dataset_utils
from PIL import Image, ImageOps

DATA = pathlib.Path("packages/data/src/images/goldens")
DATASETS = pathlib.Path("packages/datasets/src/images/goldens")
GENERATOR = pathlib.Path("packages/datasets/src/generator/goldens")
SHARED = pathlib.Path(sys.argv[1])


def array(x):
    x = np.ascontiguousarray(x)
    return {"dtype": str(x.dtype), "shape": list(x.shape), "base64": base64.b64encode(x.tobytes()).decode()}


def write(folder, name, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(content))


def smooth(height, width, channels, seed):
    """Returns a smooth image that uses the full range, as photos do."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (4, 5, channels)).astype("uint8")
    planes = [Image.fromarray(coarse[..., c]).resize((width, height), Image.BICUBIC) for c in range(channels)]
    return np.stack([np.asarray(plane) for plane in planes], axis=-1)


# --- Decoding -----------------------------------------------------------------------------------------------------


def encoded(image, **options):
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


def decode_goldens():
    base = Image.fromarray(smooth(12, 16, 3, 0))
    alpha = base.copy()
    alpha.putalpha(Image.fromarray(np.tile(np.linspace(1, 255, 16).astype("uint8"), (12, 1))))
    files = {
        "rgb.png": encoded(base, format="PNG"),
        "palette.png": encoded(base.quantize(16), format="PNG"),
        "grey.png": encoded(base.convert("L"), format="PNG"),
        "rgba.png": encoded(alpha, format="PNG"),
        "greyAlpha.png": encoded(alpha.convert("LA"), format="PNG"),
        "420.jpg": encoded(base, format="JPEG", quality=95, subsampling=2),
        "444.jpg": encoded(base, format="JPEG", quality=95, subsampling=0),
        "progressive.jpg": encoded(base, format="JPEG", quality=90, progressive=True),
        "grey.jpg": encoded(base.convert("L"), format="JPEG", quality=95),
        "cmyk.jpg": encoded(base.convert("CMYK"), format="JPEG", quality=95),
        "lossless.webp": encoded(base, format="WEBP", lossless=True),
        "palette.gif": encoded(base.quantize(32), format="GIF"),
        "frames.gif": encoded(
            base.quantize(8), format="GIF", save_all=True, append_images=[ImageOps.invert(base).quantize(8)]
        ),
        "rgb.bmp": encoded(base, format="BMP"),
        "palette.bmp": encoded(base.quantize(16), format="BMP"),
    }
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        files[f"orientation{orientation}.jpg"] = encoded(base, format="JPEG", quality=95, subsampling=0, exif=exif)
    cases = {}
    for name, content in files.items():
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
        cases[name] = {
            "file": base64.b64encode(content).decode(),
            "rgb": array(np.asarray(image.convert("RGB"))),
            "grey": array(np.asarray(image.convert("RGB").convert("L"))[..., None]),
            "rgba": array(np.asarray(image.convert("RGBA"))),
        }
    write(DATA, "decode", cases)


def edge_case_goldens():
    """Means of 4 by 4 parts of each file, which show wrong colours, orientations and cut-off ends."""
    cases = {}
    for path in sorted((SHARED / "data/jpeg-edge-cases").iterdir()):
        pixels = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB")).astype("float64")
        height, width, _ = pixels.shape
        parts = [
            pixels[height * r // 4 : height * (r + 1) // 4, width * c // 4 : width * (c + 1) // 4].mean(axis=(0, 1))
            for r in range(4)
            for c in range(4)
        ]
        cases[path.name] = {"height": height, "width": width, "means": np.round(parts, 3).ravel().tolist()}
    write(DATA, "edge-cases", cases)


# --- Resizing -----------------------------------------------------------------------------------------------------

METHODS = ["bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]
SIZES = [[13, 7], [3, 4], [6, 9], [1, 1], [5, 20]]


def resize_goldens():
    image = smooth(6, 9, 2, 1)
    photo = smooth(37, 53, 3, 2)
    cases = []
    for method in METHODS:
        for antialias in [False, True]:
            if antialias and method in ("nearest", "area"):
                continue
            for size in SIZES:
                result = tf.image.resize(image, size, method=method, antialias=antialias).numpy()
                cases.append({"interpolation": method, "antialias": antialias, "size": size, "result": array(result)})
    fitted = []
    for size in [[10, 10], [8, 30], [31, 8]]:
        for method in ["bilinear", "nearest"]:
            cropped = keras.utils.image_dataset_from_directory.__globals__["image_utils"].smart_resize(
                tf.constant(photo), size, interpolation=method, backend_module=keras.src.backend.tensorflow
            )
            padded = tf.image.resize_with_pad(photo, size[0], size[1], method=method)
            fitted.append(
                {
                    "interpolation": method,
                    "size": size,
                    "crop": array(tf.cast(cropped, tf.float32).numpy().astype("float32")),
                    "pad": array(padded.numpy().astype("float32")),
                }
            )
    write(DATA, "resize", {"image": array(image), "cases": cases, "photo": array(photo), "fitted": fitted})


def pil_goldens():
    photo = smooth(23, 31, 3, 3)
    cases = []
    for name in ["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"]:
        for size in [[7, 11], [40, 13], [23, 50]]:
            result = Image.fromarray(photo).resize((size[1], size[0]), getattr(Image.Resampling, name.upper()))
            cases.append({"interpolation": name, "size": size, "result": array(np.asarray(result))})
    write(GENERATOR, "pil-resize", {"image": array(photo), "cases": cases})


# --- Folders ------------------------------------------------------------------------------------------------------

CLASSES = ["10", "2", "B", "a"]


def write_folder(folder):
    """Writes 22 images whose pixels the test computes as well."""
    number = 0
    for label, name in enumerate(CLASSES):
        for i in range(4 + label):
            inner = folder / name / ("nested" if i == 2 else "")
            inner.mkdir(parents=True, exist_ok=True)
            height, width = 5 + number % 3, 6 + number % 4
            y, x, c = np.mgrid[0:height, 0:width, 0:3]
            pixels = ((number * 31 + y * 17 + x * 5 + c * 71) % 256).astype("uint8")
            Image.fromarray(pixels).save(inner / f"image{i}.png")
            number += 1
    (folder / "2" / "notes.txt").write_text("no image")
    (folder / ".hidden").mkdir()


def folder_goldens():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_folder(folder)
        relative = lambda paths: [str(pathlib.Path(path).relative_to(folder)) for path in paths]
        orders = []
        for seed in [0, 1, 123, 4294967295]:
            for split in [None, 0.2, 0.35]:
                paths, labels, _ = dataset_utils.index_directory(
                    str(folder), "inferred", (".png",), shuffle=True, seed=seed, verbose=False
                )
                for subset in ["training", "validation"] if split else [None]:
                    files, classes = dataset_utils.get_training_or_validation_split(paths, labels, split, subset)
                    orders.append(
                        {
                            "seed": seed,
                            "validationSplit": split,
                            "subset": subset,
                            "files": relative(files),
                            "labels": [int(label) for label in classes],
                        }
                    )
        plain = keras.utils.image_dataset_from_directory(str(folder), image_size=(4, 5), batch_size=32, shuffle=False)
        images, labels = next(iter(plain))
        modes = {}
        for mode in ["int", "categorical"]:
            _, y = next(iter(keras.utils.image_dataset_from_directory(
                str(folder), image_size=(4, 5), batch_size=32, shuffle=False, label_mode=mode
            )))
            modes[mode] = array(y.numpy())
        _, y = next(iter(keras.utils.image_dataset_from_directory(
            str(folder), image_size=(4, 5), batch_size=32, shuffle=False, label_mode="binary", class_names=["a", "10"]
        )))
        modes["binary"] = array(y.numpy())
        # Keras's flow_from_directory takes hidden folders for classes.
        (folder / ".hidden").rmdir()
        generators = []
        for subset, interpolation, options in [
            (None, "nearest", {}),
            ("training", "bilinear", {"rotation_range": 20, "horizontal_flip": True}),
            ("validation", "bilinear", {"rescale": 1 / 255}),
        ]:
            generator = ImageDataGenerator(validation_split=0.4 if subset else 0.0, **options)
            flow = generator.flow_from_directory(
                str(folder), target_size=(6, 7), batch_size=8, seed=5, subset=subset, interpolation=interpolation
            )
            batches = [next(flow) for _ in range(len(flow) + 1)]
            generators.append(
                {
                    "subset": subset,
                    "interpolation": interpolation,
                    "options": {camel(key): value for key, value in options.items()},
                    "filenames": flow.filenames,
                    "batches": [{"x": array(x), "y": array(y)} for x, y in batches],
                }
            )
        write(
            DATASETS,
            "folder",
            {
                "files": relative(plain.file_paths),
                "classNames": plain.class_names,
                "images": array(images.numpy()),
                "labels": modes,
                "orders": orders,
                "generators": generators,
            },
        )


# --- ImageDataGenerator -------------------------------------------------------------------------------------------


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def plain_number(value):
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    return None if value is None else float(value)


TRANSFORMS = [
    {"theta": 30},
    {"theta": -90},
    {"tx": 2},
    {"ty": 1.5},
    {"shear": 25},
    {"zx": 0.7, "zy": 1.3},
    {"theta": 17, "tx": -1.25, "ty": 2.5, "shear": 10, "zx": 1.2, "zy": 0.8},
    {"tx": 30, "ty": -40},
    {"flip_horizontal": True},
    {"flip_vertical": True},
    {"theta": 45, "flip_horizontal": True, "flip_vertical": True},
    {"channel_shift_intensity": 40.5},
    {"channel_shift_intensity": -200},
    {"brightness": 0.4},
    {"brightness": 1.9},
    {"theta": 10, "channel_shift_intensity": 20, "flip_horizontal": True, "brightness": 1.2},
]


def generator_goldens():
    image = smooth(8, 11, 3, 4).astype("float32")
    signed = (image - 100) / 50
    transforms = []
    for fill_mode in ["nearest", "constant", "reflect", "wrap"]:
        for order in [0, 1]:
            for parameters in TRANSFORMS:
                geometric = any(key in parameters for key in ["theta", "tx", "ty", "shear", "zx"])
                if not geometric and (fill_mode != "nearest" or order != 1):
                    continue
                generator = ImageDataGenerator(fill_mode=fill_mode, cval=7.5, interpolation_order=order)
                result = generator.apply_transform(image.copy(), parameters)
                transforms.append(
                    {
                        "fillMode": fill_mode,
                        "interpolationOrder": order,
                        "parameters": {camel(key): value for key, value in parameters.items()},
                        "result": array(result.astype("float32")),
                    }
                )
    negative = [
        {"brightness": b, "result": array(np.asarray(
            ImageDataGenerator().apply_transform(signed.copy(), {"brightness": b}), dtype="float32"
        ))}
        for b in [0.5, 1.5]
    ]
    options = [
        {"rotation_range": 40, "zoom_range": 0.2},
        {"width_shift_range": 0.2, "height_shift_range": 0.1, "shear_range": 5},
        {"width_shift_range": 3, "height_shift_range": 4},
        {"width_shift_range": [-3, 1, 2], "height_shift_range": [0.1, 0.2]},
        {"brightness_range": [0.2, 1.0], "channel_shift_range": 30, "horizontal_flip": True, "vertical_flip": True},
        {"zoom_range": [0.5, 0.9], "horizontal_flip": True},
    ]
    randoms = []
    for each in options:
        generator = ImageDataGenerator(**each)
        for seed in [0, 7, 2**31]:
            parameters = generator.get_random_transform((8, 11, 3), seed=seed)
            randoms.append(
                {
                    "options": {camel(key): value for key, value in each.items()},
                    "seed": seed,
                    "parameters": {camel(key): plain_number(value) for key, value in parameters.items()},
                }
            )
    rng = np.random.default_rng(5)
    x = rng.integers(0, 256, (40, 2, 3, 1)).astype("float32")
    color = np.stack([smooth(6, 6, 3, seed) for seed in range(10)]).astype("float32")
    y = np.arange(10).astype("float32")
    standard = []
    for each in [
        {"rescale": 0.5},
        {"samplewise_center": True},
        {"samplewise_std_normalization": True},
        {"featurewise_center": True},
        {"featurewise_std_normalization": True, "rescale": 1 / 255},
    ]:
        generator = ImageDataGenerator(**each)
        generator.fit(color)
        standard.append(
            {
                "options": {camel(key): value for key, value in each.items()},
                "result": array(np.stack([generator.standardize(each_image.copy()) for each_image in color[:2]])),
            }
        )
    zca = ImageDataGenerator(zca_whitening=True, zca_epsilon=1e-3)
    zca.fit(x)
    augmented = ImageDataGenerator(featurewise_center=True, rotation_range=30, width_shift_range=0.2)
    augmented.fit(color, augment=True, rounds=2, seed=3)
    flows = []
    for each, arguments in [
        ({}, {"shuffle": False, "batch_size": 4}),
        ({"rotation_range": 30, "horizontal_flip": True, "zoom_range": 0.3}, {"seed": 11, "batch_size": 4}),
        ({"validation_split": 0.3}, {"seed": 2, "subset": "training", "batch_size": 5, "ignore_class_split": True}),
        ({"validation_split": 0.3}, {"seed": 2, "subset": "validation", "batch_size": 5, "ignore_class_split": True}),
    ]:
        flow = ImageDataGenerator(**each).flow(color, y, **arguments)
        flows.append(
            {
                "options": {camel(key): value for key, value in each.items()},
                "flow": {camel(key): value for key, value in arguments.items()},
                "batches": [
                    {"x": array(bx.astype("float32")), "y": by.tolist()}
                    for bx, by in (next(flow) for _ in range(2 * len(flow)))
                ],
            }
        )
    write(
        GENERATOR,
        "generator",
        {
            "image": array(image),
            "transforms": transforms,
            "signed": array(signed),
            "negative": negative,
            "randoms": randoms,
            "colour": array(color),
            "standard": standard,
            "zca": {"x": array(x), "result": array(zca.standardize(x[:2].copy()))},
            "augmentedMean": array(np.asarray(augmented.mean, dtype="float32")),
            "flows": flows,
        },
    )


decode_goldens()
edge_case_goldens()
resize_goldens()
pil_goldens()
folder_goldens()
generator_goldens()
