"""The networks of networks/models.ts and networks/gpt.ts in PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F

from inputs import gpt_embedding, matrix, seeded


def convolution(name, inputs, outputs, kernel, bias=False, **options):
    """Creates a convolution with the weights that the layer of this name has in Keras."""
    layer = nn.Conv2d(inputs, outputs, kernel, bias=bias, **options)
    is_depthwise = options.get("groups", 1) > 1
    shape = (kernel, kernel, inputs, 1) if is_depthwise else (kernel, kernel, inputs, outputs)
    weight = torch.from_numpy(seeded(name, "kernel", shape, is_depthwise))
    with torch.no_grad():
        layer.weight.copy_(weight.permute(2, 3, 0, 1) if is_depthwise else weight.permute(3, 2, 0, 1))
        if bias:
            layer.bias.copy_(torch.from_numpy(seeded(name, "bias", (outputs,))))
    return layer


def normalization(name, channels, epsilon, momentum):
    layer = nn.BatchNorm2d(channels, eps=epsilon, momentum=1 - momentum)
    with torch.no_grad():
        for attribute, weight in [
            ("weight", "gamma"),
            ("bias", "beta"),
            ("running_mean", "moving_mean"),
            ("running_var", "moving_variance"),
        ]:
            getattr(layer, attribute).copy_(torch.from_numpy(seeded(name, weight, (channels,))))
    return layer


def classifier(name, inputs, outputs):
    layer = nn.Linear(inputs, outputs)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(seeded(name, "kernel", (inputs, outputs))).T)
        layer.bias.copy_(torch.from_numpy(seeded(name, "bias", (outputs,))))
    return layer


class Residual(nn.Module):
    """Adds the input, or a projection of it, to the result of a module."""

    def __init__(self, body, shortcut=None, activation=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()
        self.activation = activation or nn.Identity()

    def forward(self, x):
        return self.activation(self.body(x) + self.shortcut(x))


def resnet50(classes):
    def normalized(name, inputs, outputs, kernel, **options):
        return [
            convolution(f"{name}_conv", inputs, outputs, kernel, bias=True, **options),
            normalization(f"{name}_bn", outputs, 1.001e-5, 0.99),
        ]

    layers = [
        *normalized("conv1", 3, 64, 7, stride=2, padding=3),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, padding=1),
    ]
    channels = 64
    for stack, (filters, blocks) in enumerate(zip([64, 128, 256, 512], [3, 4, 6, 3])):
        for block in range(blocks):
            name = f"conv{stack + 2}_block{block + 1}"
            stride = 2 if block == 0 and stack > 0 else 1
            body = nn.Sequential(
                *normalized(f"{name}_1", channels, filters, 1, stride=stride),
                nn.ReLU(inplace=True),
                *normalized(f"{name}_2", filters, filters, 3, padding=1),
                nn.ReLU(inplace=True),
                *normalized(f"{name}_3", filters, 4 * filters, 1),
            )
            projection = normalized(f"{name}_0", channels, 4 * filters, 1, stride=stride) if block == 0 else None
            layers.append(Residual(body, projection and nn.Sequential(*projection), nn.ReLU(inplace=True)))
            channels = 4 * filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), classifier("predictions", channels, classes))


def mobilenet_v2(classes):
    """Pads below and to the right in steps of two pixels, as Keras does for images of an even size."""

    def normalized(convolution_name, normalization_name, inputs, outputs, kernel, active=True, **options):
        pad = [nn.ZeroPad2d((0, 1, 0, 1))] if options.get("stride") == 2 else []
        if kernel == 3 and not pad:
            options["padding"] = 1
        return [
            *pad,
            convolution(convolution_name, inputs, outputs, kernel, **options),
            normalization(normalization_name, outputs, 1e-3, 0.999),
            *([nn.ReLU6(inplace=True)] if active else []),
        ]

    layers = normalized("Conv1", "bn_Conv1", 3, 32, 3, stride=2)
    channels, block = 32, 0
    groups = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expansion, filters, blocks, first_stride in groups:
        for index in range(blocks):
            stride = first_stride if index == 0 else 1
            prefix = "expanded_conv_" if block == 0 else f"block_{block}_"
            wide = expansion * channels
            body = [] if block == 0 else normalized(f"{prefix}expand", f"{prefix}expand_BN", channels, wide, 1)
            body += normalized(f"{prefix}depthwise", f"{prefix}depthwise_BN", wide, wide, 3, stride=stride, groups=wide)
            body += normalized(f"{prefix}project", f"{prefix}project_BN", wide, filters, 1, active=False)
            has_shortcut = channels == filters and stride == 1
            layers += [Residual(nn.Sequential(*body))] if has_shortcut else body
            channels, block = filters, block + 1
    layers += normalized("Conv_1", "Conv_1_bn", channels, 1280, 1)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), classifier("predictions", 1280, classes))


NETWORKS = {"ResNet50": resnet50, "MobileNetV2": mobilenet_v2}


def linear(*kernels):
    """Creates a linear layer whose outputs are those of all kernels, with a bias of zeros."""
    kernel = torch.cat([torch.from_numpy(each) for each in kernels], 1)
    layer = nn.Linear(*kernel.shape)
    with torch.no_grad():
        layer.weight.copy_(kernel.T)
        layer.bias.zero_()
    return layer


class Attention(nn.Module):
    def __init__(self, name, width, heads):
        super().__init__()
        self.heads = heads
        self.projection = linear(*(matrix(f"{name}/{each}", width, width) for each in ["query", "key", "value"]))
        self.output = linear(matrix(f"{name}/output", width, width))

    def forward(self, x):
        batch, tokens, width = x.shape
        projected = self.projection(x).view(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4)
        result = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.output(result.transpose(1, 2).reshape(batch, tokens, width))


class Gpt(nn.Module):
    def __init__(self, task):
        super().__init__()
        width, vocabulary = task["width"], task["vocabulary"]
        self.table = nn.Embedding(vocabulary, width, _weight=torch.from_numpy(gpt_embedding(task)))
        blocks = []
        for block in range(task["blocks"]):
            name = f"block{block}"
            up, down = matrix(f"{name}/up", width, 4 * width), matrix(f"{name}/down", 4 * width, width)
            attention = Attention(name, width, task["heads"])
            blocks.append(Residual(nn.Sequential(nn.LayerNorm(width, eps=1e-3), attention)))
            blocks.append(Residual(nn.Sequential(nn.LayerNorm(width, eps=1e-3), linear(up), nn.GELU(), linear(down))))
        self.blocks = nn.Sequential(*blocks, nn.LayerNorm(width, eps=1e-3))
        self.head = linear(matrix("head", width, vocabulary))

    def forward(self, x):
        # CrossEntropyLoss expects one row per token.
        return self.head(self.blocks(self.table(x))).flatten(0, 1)
