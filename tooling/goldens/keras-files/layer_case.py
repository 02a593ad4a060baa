"""Loads the generator of layer goldens under another name, because both modules are called generate.py."""

import importlib.util
import pathlib

PATH = pathlib.Path(__file__).parent.parent / "layers" / "generate.py"
SPEC = importlib.util.spec_from_file_location("generate_layers", PATH)
generate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generate)

CELLS, POSITIONAL, RECURRENT = generate.CELLS, generate.POSITIONAL, generate.RECURRENT
made, weight_for = generate.made, generate.weight_for
