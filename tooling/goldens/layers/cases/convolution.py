from case import case

SEQUENCE, IMAGE, VOLUME = (2, 7, 4), (2, 6, 5, 4), (1, 4, 5, 3, 2)
FIRST = {"data_format": "channels_first"}
SAME = {"padding": "same"}


def conv(filters, size, **rest):
    return {"filters": filters, "kernel_size": size, **rest}


CASES = [
    case("Conv1D", conv(3, 3), SEQUENCE),
    case("Conv1D", conv(3, 3, padding="causal", dilation_rate=2), SEQUENCE),
    case("Conv1D", conv(3, 2, padding="same", strides=2, activation="relu"), SEQUENCE),
    case("Conv1D", conv(4, 3, padding="causal", groups=2, **FIRST), (2, 4, 7)),
    case("Conv2D", conv(3, 3), IMAGE),
    case("Conv2D", conv(2, [3, 2], strides=[1, 2], use_bias=False, activation="tanh"), IMAGE),
    # A stride of 2 over an even length pads only at the end.
    case("Conv2D", conv(2, 3, padding="same", strides=2), IMAGE),
    case("Conv2D", conv(6, 3, groups=2, **SAME), IMAGE),
    case("Conv2D", conv(2, 2, dilation_rate=[2, 1], **SAME), IMAGE),
    case("Conv2D", conv(2, 3, padding="same", strides=2, **FIRST), (2, 4, 6, 5)),
    case("Conv2D", conv(3, 1, activation="softmax"), IMAGE),
    case("Conv3D", conv(2, 2), VOLUME),
    case("Conv3D", conv(2, 3, padding="same", strides=2), VOLUME),
    case("Conv3D", conv(2, [1, 2, 3], **SAME, **FIRST), (1, 2, 3, 4, 3)),
    *[
        case("Conv1DTranspose", conv(2, size, strides=strides, padding=padding), (1, 4, 3))
        for padding in ("valid", "same")
        for size, strides in ((2, 1), (3, 1), (2, 2), (3, 2), (4, 2), (2, 3), (5, 3), (1, 2))
    ],
    *[
        case("Conv1DTranspose", conv(2, size, strides=strides, padding=padding, output_padding=more), (1, 4, 3))
        for padding in ("valid", "same")
        for size, strides, more in ((3, 2, 0), (3, 2, 1), (4, 2, 1), (2, 3, 2), (4, 3, 0))
    ],
    case("Conv1DTranspose", conv(2, 3, dilation_rate=2), (1, 4, 3)),
    case("Conv1DTranspose", conv(2, 3, dilation_rate=2, **SAME), (1, 4, 3)),
    case("Conv2DTranspose", conv(3, 3, strides=2, activation="relu", **SAME), (2, 3, 4, 2)),
    case("Conv2DTranspose", conv(3, [2, 3], strides=[1, 2], use_bias=False), (2, 3, 4, 2)),
    case("Conv2DTranspose", conv(3, 3, strides=2, output_padding=[0, 1], **SAME), (1, 3, 4, 2)),
    case("Conv2DTranspose", conv(3, 2, strides=2, **SAME, **FIRST), (1, 2, 3, 4)),
    case("Conv3DTranspose", conv(2, 2, strides=2), (1, 2, 2, 3, 2)),
    case("Conv3DTranspose", conv(2, 3, strides=2, **SAME), (1, 2, 2, 3, 2)),
    case("DepthwiseConv1D", {"kernel_size": 3}, SEQUENCE),
    case("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2, "strides": 2, **SAME}, SEQUENCE),
    case("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, "activation": "relu"}, IMAGE),
    case("DepthwiseConv2D", {"kernel_size": [2, 3], "use_bias": False, "strides": 2, **SAME}, IMAGE),
    case("DepthwiseConv2D", {"kernel_size": 2, "depth_multiplier": 3, "dilation_rate": 2, **FIRST}, (1, 2, 5, 6)),
    case("SeparableConv1D", conv(3, 3), SEQUENCE),
    case("SeparableConv1D", conv(3, 2, depth_multiplier=2, strides=2, **SAME), SEQUENCE),
    case("SeparableConv2D", conv(3, 3, depth_multiplier=2, activation="relu"), IMAGE),
    case("SeparableConv2D", conv(2, 3, strides=2, use_bias=False, **SAME), IMAGE),
    case("SeparableConv2D", conv(2, 2, dilation_rate=2, **FIRST), (1, 3, 5, 6)),
]
