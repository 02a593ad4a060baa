"""Writes the results of Keras's optimizers and schedules as JSON, next to the tests that compare with them.

Run from the root of the repository: KERAS_BACKEND=torch python tooling/goldens/optimizers/generate.py
"""

import json
import pathlib
import re

import keras
import numpy as np

keras.config.set_floatx("float64")

TARGET = pathlib.Path("packages/optimizers/src/goldens")
STEPS = 10

# Names of options in manabi; Keras's names are derived from them.
DECAY = {"schedule": "exponentialDecay", "initialLearningRate": 0.1, "decaySteps": 4, "decayRate": 0.5}
OPTIMIZERS = [
    ("sgd", {}),
    ("sgd", {"learningRate": 0.1}),
    ("sgd", {"learningRate": 0.1, "momentum": 0.9}),
    ("sgd", {"learningRate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("sgd", {"learningRate": 0.1, "momentum": 0.9, "weightDecay": 0.05}),
    ("sgd", {"learningRate": 0.1, "clipnorm": 0.7}),
    ("sgd", {"learningRate": 0.1, "clipvalue": 0.4}),
    ("sgd", {"learningRate": 0.1, "globalClipnorm": 0.9}),
    ("sgd", {"learningRate": DECAY}),
    ("sgd", {"learningRate": DECAY, "momentum": 0.9, "nesterov": True}),
    ("adam", {}),
    ("adam", {"learningRate": 0.1}),
    ("adam", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("adam", {"learningRate": 0.1, "beta2": 0.7, "amsgrad": True}),
    ("adam", {"learningRate": DECAY, "weightDecay": 0.1, "globalClipnorm": 0.9}),
    ("adamw", {}),
    ("adamw", {"learningRate": 0.1, "weightDecay": 0.1}),
    ("adamw", {"learningRate": 0.1, "weightDecay": 0.1, "exclude": ["bias"]}),
    ("adamw", {"learningRate": 0.1, "beta2": 0.7, "weightDecay": 0.1, "amsgrad": True}),
    ("rmsprop", {}),
    ("rmsprop", {"learningRate": 0.1, "rho": 0.8, "epsilon": 1e-3}),
    ("rmsprop", {"learningRate": 0.1, "momentum": 0.9}),
    ("rmsprop", {"learningRate": 0.1, "centered": True}),
    ("rmsprop", {"learningRate": 0.1, "momentum": 0.5, "centered": True, "weightDecay": 0.1}),
    ("adagrad", {}),
    ("adagrad", {"learningRate": 0.1, "initialAccumulatorValue": 0.01, "epsilon": 1e-3}),
    ("adadelta", {}),
    ("adadelta", {"learningRate": 1.0, "rho": 0.9, "epsilon": 1e-4}),
    ("adamax", {}),
    ("adamax", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3}),
    ("nadam", {}),
    ("nadam", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("lion", {}),
    ("lion", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.9, "weightDecay": 0.1}),
    ("lamb", {}),
    ("lamb", {"learningRate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1}),
    ("ftrl", {}),
    ("ftrl", {"learningRate": 0.1, "learningRatePower": -0.7, "initialAccumulatorValue": 0.5, "beta": 0.3}),
    (
        "ftrl",
        {
            "learningRate": 0.1,
            "l1RegularizationStrength": 0.2,
            "l2RegularizationStrength": 0.1,
            "l2ShrinkageRegularizationStrength": 0.05,
        },
    ),
    ("muon", {}),
    ("muon", {"learningRate": 0.1, "momentum": 0.8, "nesterov": False, "nsSteps": 3, "adamLrRatio": 0.5, "weightDecay": 0.1}),
    ("muon", {"learningRate": 0.1, "rmsRate": None, "muonA": 3.0, "muonB": -4.0, "muonC": 1.5, "adamWeightDecay": 0.2, "exclude": ["bias"]}),
    ("muon", {"learningRate": DECAY, "excludeLayers": ["kern"], "adamBeta1": 0.8, "adamBeta2": 0.95, "epsilon": 1e-3, "clipnorm": 0.7}),
    ("adafactor", {}),
    ("adafactor", {"learningRate": 0.5, "beta2Decay": -0.5, "epsilon1": 1e-6, "epsilon2": 0.1, "clipThreshold": 0.5}),
]
CLASSES = {"sgd": "SGD", "adamw": "AdamW", "rmsprop": "RMSprop"}

SCHEDULES = [
    ("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 7, "decayRate": 0.6}),
    ("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 7, "decayRate": 0.6, "staircase": True}),
    ("piecewiseConstantDecay", {"boundaries": [5, 9], "values": [1.0, 0.5, 0.1]}),
    ("piecewiseConstantDecay", {"boundaries": [12], "values": [0.3, 0.2]}),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 15}),
    (
        "polynomialDecay",
        {"initialLearningRate": 0.1, "decaySteps": 6, "endLearningRate": 0.01, "power": 2.0, "cycle": True},
    ),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 15, "endLearningRate": 0.02, "power": 0.5}),
    ("inverseTimeDecay", {"initialLearningRate": 0.1, "decaySteps": 3, "decayRate": 0.5}),
    ("inverseTimeDecay", {"initialLearningRate": 0.1, "decaySteps": 3, "decayRate": 0.5, "staircase": True}),
    ("cosineDecay", {"initialLearningRate": 0.1, "decaySteps": 20}),
    ("cosineDecay", {"initialLearningRate": 0.1, "decaySteps": 12, "alpha": 0.1}),
    (
        "cosineDecay",
        {"initialLearningRate": 0.01, "decaySteps": 12, "alpha": 0.1, "warmupTarget": 0.2, "warmupSteps": 5},
    ),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 4}),
    (
        "cosineDecayRestarts",
        {"initialLearningRate": 0.1, "firstDecaySteps": 5, "tMul": 1.0, "mMul": 0.5, "alpha": 0.1},
    ),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 3, "tMul": 1.5, "mMul": 0.8}),
]


def snake(name):
    """Converts beta2Decay to beta_2_decay, but l1RegularizationStrength to l1_regularization_strength."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]|(?<=[a-z][a-z])[0-9]", lambda found: "_" + found[0].lower(), name)


def keras_options(options):
    return {snake(name): value for name, value in options.items() if name not in ("exclude", "schedule")}


def make_schedule(name, options):
    return getattr(keras.optimizers.schedules, name[0].upper() + name[1:])(**keras_options(options))


def make_optimizer(name, options):
    arguments = keras_options(options)
    rate = options.get("learningRate")
    if isinstance(rate, dict):
        arguments["learning_rate"] = make_schedule(rate["schedule"], rate)
    optimizer = getattr(keras.optimizers, CLASSES.get(name, name.capitalize()))(**arguments)
    if "exclude" in options:
        optimizer.exclude_from_weight_decay(var_names=options["exclude"])
    return optimizer


def numbers(array):
    return [float(f"{x:.9g}") for x in keras.ops.convert_to_numpy(array).ravel()]


def problem():
    """Returns parameters, and gradients for ten steps: of all magnitudes, with zeros, and one so small that epsilon dominates."""
    random = np.random.default_rng(1)
    single = lambda x: x.astype("float32").astype("float64")
    initial = {"kernel": single(random.normal(0, 0.5, (2, 3))), "bias": single(random.normal(0, 0.5, (3,)))}
    gradients = []
    for step in range(STEPS):
        kernel = random.normal(0, 0.5, (2, 3))
        bias = random.normal(0, [1e-7, 1e-3, 0.8])
        if step % 3 == 1:
            kernel[0, 1] = 0
        if step == 0:
            kernel[1, 2] = 0
        gradients.append({"kernel": single(kernel), "bias": single(bias)})
    return initial, gradients


def trajectory(name, options, initial, gradients):
    optimizer = make_optimizer(name, options)
    variables = {path: keras.Variable(value, name=path, dtype="float64") for path, value in initial.items()}
    order = sorted(variables)
    optimizer.build([variables[path] for path in order])
    steps = []
    for each in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(each[path]) for path in order])
        steps.append({path: numbers(variables[path]) for path in order})
    return {"optimizer": name, "options": options, "steps": steps}


def write(name, content):
    text = json.dumps(content, separators=(",", ":"))
    text = text.replace('{"optimizer"', '\n{"optimizer"').replace('{"schedule":"', '\n{"schedule":"')
    (TARGET / name).write_text(text + "\n")


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    initial, gradients = problem()
    write(
        "optimizers.json",
        {
            "initial": {path: numbers(value) for path, value in initial.items()},
            "gradients": [{path: numbers(value) for path, value in each.items()} for each in gradients],
            "cases": [trajectory(name, options, initial, gradients) for name, options in OPTIMIZERS],
        },
    )
    steps = list(range(26))
    write(
        "schedules.json",
        {
            "steps": steps,
            "cases": [
                {
                    "schedule": name,
                    "options": options,
                    "values": [
                        numbers(make_schedule(name, options)(keras.ops.convert_to_tensor(step, dtype="int32")))[0]
                        for step in steps
                    ],
                }
                for name, options in SCHEDULES
            ],
        },
    )


main()
