"""Prepares data with tf.data or PyTorch's DataLoader. Started as `python data.py VARIANT THREADS FOLDER`; implements the protocol of
protocol.ts."""

import os
import sys

import numpy as np
from serving import serve

VARIANT, THREADS = sys.argv[1], int(sys.argv[2])
PAGE = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def small_images(task):
    """Returns the images and labels of manabi-data.ts."""
    count, size = task["elements"], task["size"]
    length = count * size * size
    with np.errstate(over="ignore"):
        hash = np.arange(length, dtype=np.uint32) + np.uint32(0x9E3779B1)
        hash = (hash ^ (hash >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        hash = (hash ^ (hash >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        hash = hash ^ (hash >> np.uint32(16))
    pixels = np.floor(256 * hash.astype(np.float64) / 2**32).astype(np.uint8)
    return pixels.reshape(count, size, size), (np.arange(count) % 10).astype(np.int32)


def iterate(dataset):
    for _ in dataset:
        pass


def mean_of_first(dataset):
    for batch in dataset:
        return float(np.abs(np.asarray(batch[0], np.float64)).mean())


def tensorflow_makers():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)

    def threaded(dataset):
        options = tf.data.Options()
        options.threading.private_threadpool_size = THREADS
        return dataset.with_options(options)

    def image_folder(task):
        def read(shuffle):
            return keras.utils.image_dataset_from_directory(
                task["folder"],
                image_size=(task["size"], task["size"]),
                batch_size=task["batch"],
                shuffle=shuffle,
                seed=1,
                verbose=False,
            )

        dataset = read(True)
        if task["augments"]:
            layers = keras.Sequential(
                [
                    keras.layers.RandomFlip("horizontal"),
                    keras.layers.RandomRotation(20 / 360, fill_mode="nearest"),
                    keras.layers.RandomTranslation(0.1, 0.1, fill_mode="nearest"),
                    keras.layers.RandomZoom(0.2, 0.2, fill_mode="nearest"),
                ]
            )
            dataset = dataset.map(lambda x, y: (layers(x, training=True), y), num_parallel_calls=THREADS).prefetch(2)
        dataset = threaded(dataset)
        return lambda: iterate(dataset), lambda: mean_of_first(read(False))

    def pipeline(task):
        x, y = small_images(task)
        slices = tf.data.Dataset.from_tensor_slices((x, y))
        scale = lambda image, label: (tf.cast(image, tf.float32) / 255, label)
        dataset = slices.shuffle(task["elements"], seed=1).map(scale, num_parallel_calls=THREADS)
        dataset = threaded(dataset.batch(task["batch"]).prefetch(2))
        return lambda: iterate(dataset), lambda: mean_of_first(slices.map(scale).batch(task["batch"]))

    return tf.__version__, {"image-folder": image_folder, "pipeline": pipeline}


def pytorch_makers():
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset

    torch.set_num_threads(THREADS)

    class Photos(Dataset):
        def __init__(self, task, augments):
            self.size, self.augments = task["size"], augments
            self.files = [
                (os.path.join(task["folder"], name, file), label)
                for label, name in enumerate(sorted(os.listdir(task["folder"])))
                for file in sorted(os.listdir(os.path.join(task["folder"], name)))
            ]
            self.random = np.random.default_rng(1)

        def __len__(self):
            return len(self.files)

        def __getitem__(self, index):
            path, label = self.files[index]
            size = self.size
            with Image.open(path) as file:
                image = file.convert("RGB").resize((size, size), Image.BILINEAR)
            if self.augments:
                image = image.transform((size, size), Image.AFFINE, self.affine(), Image.BILINEAR)
                if self.random.random() < 0.5:
                    image = image.transpose(Image.FLIP_LEFT_RIGHT)
            pixels = torch.from_numpy(np.array(image))
            return pixels.permute(2, 0, 1).to(torch.float32), label

        def affine(self):
            """Returns the matrix of a rotation, shift and zoom around the centre."""
            angle = np.deg2rad(self.random.uniform(-20, 20))
            zx, zy = self.random.uniform(0.8, 1.2, 2)
            tx, ty = self.random.uniform(-0.1, 0.1, 2) * self.size
            a, b, d, e = np.cos(angle) * zx, -np.sin(angle) * zx, np.sin(angle) * zy, np.cos(angle) * zy
            centre = self.size / 2
            return a, b, centre + tx - (a + b) * centre, d, e, centre + ty - (d + e) * centre

    class Images(Dataset):
        def __init__(self, task):
            x, y = small_images(task)
            self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)

        def __len__(self):
            return len(self.x)

        def __getitem__(self, index):
            return self.x[index].to(torch.float32) / 255, self.y[index]

    def load(dataset, batch, shuffle=True, workers=0 if THREADS == 1 else THREADS):
        return DataLoader(dataset, batch, shuffle, num_workers=workers, persistent_workers=workers > 0)

    def image_folder(task):
        loader = load(Photos(task, task["augments"]), task["batch"])
        return lambda: iterate(loader), lambda: mean_of_first(load(Photos(task, False), task["batch"], False, 0))

    def pipeline(task):
        loader = load(Images(task), task["batch"])
        return lambda: iterate(loader), lambda: mean_of_first(load(Images(task), task["batch"], False, 0))

    return torch.__version__, {"image-folder": image_folder, "pipeline": pipeline}


def cpu_seconds():
    """Returns the processor time of this process and its children, which PyTorch's workers are."""
    times = os.times()
    total = times.user + times.system + times.children_user + times.children_system
    try:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:  # The process has ended.
                continue
            if int(fields[1]) == os.getpid():
                total += (int(fields[11]) + int(fields[12])) / PAGE
    except FileNotFoundError:  # Not Linux.
        pass
    return total


def main():
    version, makers = tensorflow_makers() if VARIANT == "tensorflow" else pytorch_makers()
    note = f"num_workers={0 if THREADS == 1 else THREADS}" if VARIANT == "pytorch" else None
    serve(makers, version, THREADS, note, cpu_seconds)


if __name__ == "__main__":
    main()
