"""Implements the protocol of protocol.ts for runners in Python."""

import json
import sys
import time

# The same step as in training-check.ts.
CHECKED_STEP = 10


def loss_after(step):
    """Returns the check of a training: a function that returns the loss of its CHECKED_STEP-th step."""

    def check():
        for _ in range(CHECKED_STEP - 1):
            step()
        return float(step())

    return check


def send(reply):
    # No spaces, as in JSON.stringify: replies are recognized by their first characters.
    print(json.dumps(reply, separators=(",", ":")), flush=True)


def repeat(step, iterations):
    start = time.perf_counter()
    for _ in range(iterations):
        step()
    return (time.perf_counter() - start) * 1000


def answer(request, makers, prepared):
    """Returns the reply to a request, and the task that is prepared afterwards."""
    action = request["do"]
    if action == "prepare":
        step, check = makers[request["task"]["kind"]](request["task"])
        return {"reply": "prepared", "check": check(), "dispatches": None}, step
    if action == "start":
        step, _ = makers[request["task"]["kind"]](request["task"])
        return {"reply": "ran", "ms": repeat(step, 1)}, step
    if action == "run":
        return {"reply": "ran", "ms": repeat(prepared, request["iterations"])}, prepared
    if action == "release":
        return {"reply": "released"}, None
    raise ValueError(f"unknown request {action}")


def serve(makers, version, threads, note=None):
    """Reports that the runner is ready, and replies to the requests on standard input until it is asked to quit."""
    send({"reply": "ready", "version": version, "threads": threads, "note": note, "adapter": None})
    prepared = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "quit":
            break
        try:
            reply, prepared = answer(request, makers, prepared)
        except Exception as error:  # The benchmark continues with the next row.
            reply = {"reply": "failed", "message": f"{type(error).__name__}: {error}"}
        send(reply)
