"""Checks ONNX files with the official checker: `python check.py FOLDER` prints a line of JSON for each file.

Needs the package onnx. A line contains the name of the file and the error of the full check or strict shape inference, or null.
"""

import json
import sys
from pathlib import Path

import onnx


def fault(path):
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    print(json.dumps({"file": path.name, "fault": fault(path)}), flush=True)
