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


def repeat(step, iterations, cpu_seconds):
    """Returns the reply about runs of a step, with the processor time if `cpu_seconds` returns it."""
    cpu, start = cpu_seconds and cpu_seconds(), time.perf_counter()
    for _ in range(iterations):
        step()
    ran = {"reply": "ran", "ms": 1000 * (time.perf_counter() - start)}
    return ran if cpu_seconds is None else {**ran, "cpuMs": 1000 * (cpu_seconds() - cpu)}


def answer(request, makers, prepared, cpu_seconds):
    """Returns the reply to a request, and the task that is prepared afterwards."""
    action = request["do"]
    if action == "prepare":
        step, check = makers[request["task"]["kind"]](request["task"])
        return {"reply": "prepared", "check": check(), "dispatches": None}, step
    if action == "start":
        step, _ = makers[request["task"]["kind"]](request["task"])
        return repeat(step, 1, cpu_seconds), step
    if action == "run":
        return repeat(prepared, request["iterations"], cpu_seconds), prepared
    if action == "release":
        return {"reply": "released"}, None
    raise ValueError(f"unknown request {action}")


def serve(makers, version, threads, note=None, cpu_seconds=None):
    """Reports that the runner is ready, and replies to the requests on standard input until it is asked to quit."""
    send({"reply": "ready", "version": version, "threads": threads, "note": note, "adapter": None})
    prepared = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "quit":
            break
        try:
            reply, prepared = answer(request, makers, prepared, cpu_seconds)
        except Exception as error:  # The benchmark continues with the next row.
            reply = {"reply": "failed", "message": f"{type(error).__name__}: {error}"}
        send(reply)
