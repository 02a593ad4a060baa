"""Writes small JPEG files of many forms, with the pixels that Pillow decodes: packages/datasets/src/photos/goldens/photos.json."""

import base64
import hashlib
import io
import json
import pathlib
import sys

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parents[3] / "packages/datasets/src/photos/goldens/photos.json"


def pixels(height, width, channels):
    """Returns a smooth image with some noise, which has coefficients of all sizes."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 90 * np.sin(x / (3 + k) + y / (7 - k) + k) + (x * y * (k + 7)) % 41 for k in range(channels)]
    return np.clip(np.stack(waves, -1), 0, 255).astype(np.uint8)


def photo(name, height, width, mode="RGB", orientation=None, isFast=True, **options):
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    data = pixels(height, width, channels)
    image = Image.fromarray(data[..., 0] if channels == 1 else data, mode)
    if orientation is not None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    decoded = np.asarray(Image.open(io.BytesIO(file.getvalue())).convert("RGB"))
    return {
        "name": name,
        "height": height,
        "width": width,
        # Whether threads decode it.
        "isFast": isFast,
        "sha256": hashlib.sha256(decoded.tobytes()).hexdigest(),
        "jpeg": base64.b64encode(file.getvalue()).decode(),
    }


PHOTOS = [
    photo("4:4:4", 17, 23, subsampling=0),
    photo("4:2:2", 17, 23, subsampling=1),
    photo("4:2:0", 17, 23, subsampling=2),
    photo("4:2:0 of even size", 16, 32, subsampling=2),
    photo("4:2:2 of one row", 1, 40, subsampling=1),
    photo("4:2:0 of one row", 1, 40, subsampling=2),
    photo("4:2:0, narrow", 40, 6, subsampling=2),
    photo("4:2:0, too narrow to interpolate", 40, 3, subsampling=2, isFast=False),
    photo("4:4:4 of one pixel", 1, 1, subsampling=0),
    photo("quality 1", 20, 30, quality=1),
    photo("quality 100", 9, 10, quality=100, subsampling=2),
    photo("optimized codes", 20, 30, optimize=True),
    photo("restart markers", 20, 70, restart_marker_blocks=1),
    photo("grey", 19, 21, mode="L"),
    photo("grey with restart markers", 19, 40, mode="L", restart_marker_blocks=2),
    photo("normal orientation", 12, 14, orientation=1),
    *[photo(f"orientation {i}", 12, 14, orientation=i, isFast=False) for i in range(2, 9)],
    photo("progressive", 17, 23, progressive=True, isFast=False),
    photo("CMYK", 9, 11, mode="CMYK", isFast=False),
]

OUT.parent.mkdir(exist_ok=True)
OUT.write_text(json.dumps({"pillow": Image.__version__, "photos": PHOTOS}, indent=1) + "\n")
print(f"wrote {len(PHOTOS)} photos, {OUT.stat().st_size} bytes", file=sys.stderr)
