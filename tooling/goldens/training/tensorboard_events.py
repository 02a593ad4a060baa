"""Writes the bytes of an event file, as TensorBoard's own writer makes them.

Run from the root of the repository: python tooling/goldens/training/tensorboard_events.py
"""

import io
import json
import pathlib

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

TARGET = pathlib.Path("packages/layers/src/goldens/training")

EVENTS = [
    {"tag": "epoch_loss", "value": 0.25, "step": 1, "wallTime": 1700000000.5},
    {"tag": "epoch_accuracy", "value": 0.9375, "step": 300, "wallTime": 1700000001.25},
    {"tag": "évaluation/loss", "value": -1.5e-3, "step": 2**40 + 5, "wallTime": 1.0},
]


class Bytes(io.BytesIO):
    def close(self):
        pass


def records(event):
    file = Bytes()
    RecordWriter(file).write(event.SerializeToString())
    return file.getvalue().hex()


def scalar(event):
    value = summary_pb2.Summary.Value(tag=event["tag"], simple_value=event["value"])
    return event_pb2.Event(
        wall_time=event["wallTime"], step=event["step"], summary=summary_pb2.Summary(value=[value])
    )


TARGET.mkdir(parents=True, exist_ok=True)
(TARGET / "events.json").write_text(
    json.dumps(
        {
            "version": {"wallTime": 1700000000.5, "bytes": records(event_pb2.Event(wall_time=1700000000.5, file_version="brain.Event:2"))},
            "scalars": [{**event, "bytes": records(scalar(event))} for event in EVENTS],
        }
    )
    + "\n"
)
