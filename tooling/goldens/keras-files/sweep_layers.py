"""Layers that Keras 2 and Keras 3 have, as models of one layer between an input and, where shapes allow it, a dense layer.

Each case is (name, shapes of the inputs, function of the module `keras` and the symbolic inputs). A shape is a tuple
without the batch axis, or a pair of a shape and a dtype with a largest integer.
"""

IMAGE = (8, 8, 3)
SEQUENCE = (6, 4)
VOLUME = (4, 4, 4, 2)


def ids(*shape, below=10):
    return (shape, "int32", below)


def masked(k, x):
    return k.layers.Embedding(10, 4, mask_zero=True)(x)


COMMON = [
    # core
    ("dense", [(4,)], lambda k, x: k.layers.Dense(3, activation="relu", kernel_regularizer="l2")(x)),
    ("dense_3d", [SEQUENCE], lambda k, x: k.layers.Dense(3, use_bias=False, kernel_constraint="max_norm")(x)),
    ("einsum_dense", [SEQUENCE], lambda k, x: k.layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de")(x)),
    ("embedding", [ids(5)], lambda k, x: k.layers.Embedding(10, 4)(x)),
    ("embedding_mask_lstm", [ids(5)], lambda k, x: k.layers.LSTM(3)(masked(k, x))),
    ("embedding_mask_pooling", [ids(5)], lambda k, x: k.layers.GlobalAveragePooling1D()(masked(k, x))),
    ("masking", [SEQUENCE], lambda k, x: k.layers.GRU(3)(k.layers.Masking(0.0)(x))),
    ("activation_layers", [(4,)], lambda k, x: k.layers.Activation("tanh")(k.layers.Dense(3)(x))),
    ("activation_swish", [(4,)], lambda k, x: k.layers.Activation("swish")(x)),
    ("activation_gelu", [(4,)], lambda k, x: k.layers.Activation("gelu")(x)),
    ("activation_hard_sigmoid", [(4,)], lambda k, x: k.layers.Activation("hard_sigmoid")(x)),
    ("elu", [(4,)], lambda k, x: k.layers.ELU(0.7)(x)),
    ("leaky_relu", [(4,)], lambda k, x: k.layers.LeakyReLU(0.1)(x)),
    ("prelu", [IMAGE], lambda k, x: k.layers.PReLU(shared_axes=[1, 2])(x)),
    ("relu", [(4,)], lambda k, x: k.layers.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2)(x)),
    ("softmax", [(4, 3)], lambda k, x: k.layers.Softmax(axis=1)(x)),
    ("softmax_axes", [(4, 3)], lambda k, x: k.layers.Softmax(axis=[1, 2])(x)),
    # convolution
    ("conv1d", [SEQUENCE], lambda k, x: k.layers.Conv1D(5, 3, padding="causal", dilation_rate=2)(x)),
    ("conv1d_groups", [SEQUENCE], lambda k, x: k.layers.Conv1D(4, 3, groups=2, padding="same")(x)),
    ("conv2d", [IMAGE], lambda k, x: k.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)),
    ("conv2d_dilated", [IMAGE], lambda k, x: k.layers.Conv2D(4, (3, 2), dilation_rate=(2, 1))(x)),
    ("conv2d_groups", [(8, 8, 4)], lambda k, x: k.layers.Conv2D(6, 3, groups=2)(x)),
    ("conv3d", [VOLUME], lambda k, x: k.layers.Conv3D(3, 2)(x)),
    ("conv1d_transpose", [SEQUENCE], lambda k, x: k.layers.Conv1DTranspose(3, 3, strides=2)(x)),
    ("conv2d_transpose", [IMAGE], lambda k, x: k.layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x)),
    ("conv2d_transpose_output_padding", [IMAGE], lambda k, x: k.layers.Conv2DTranspose(4, 3, strides=2, output_padding=1)(x)),
    ("conv3d_transpose", [VOLUME], lambda k, x: k.layers.Conv3DTranspose(2, 2, strides=2)(x)),
    ("depthwise_conv1d", [SEQUENCE], lambda k, x: k.layers.DepthwiseConv1D(3, depth_multiplier=2)(x)),
    ("depthwise_conv2d", [IMAGE], lambda k, x: k.layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(x)),
    ("depthwise_conv2d_dilated", [IMAGE], lambda k, x: k.layers.DepthwiseConv2D(3, dilation_rate=2)(x)),
    ("separable_conv1d", [SEQUENCE], lambda k, x: k.layers.SeparableConv1D(5, 3)(x)),
    ("separable_conv2d", [IMAGE], lambda k, x: k.layers.SeparableConv2D(5, 3, strides=2, depth_multiplier=2)(x)),
    # pooling
    ("max_pooling1d", [SEQUENCE], lambda k, x: k.layers.MaxPooling1D(2)(x)),
    ("max_pooling2d", [IMAGE], lambda k, x: k.layers.MaxPooling2D(3, strides=2, padding="same")(x)),
    ("max_pooling3d", [VOLUME], lambda k, x: k.layers.MaxPooling3D(2)(x)),
    ("average_pooling1d", [SEQUENCE], lambda k, x: k.layers.AveragePooling1D(3, padding="same")(x)),
    ("average_pooling2d", [IMAGE], lambda k, x: k.layers.AveragePooling2D((2, 3))(x)),
    ("average_pooling3d", [VOLUME], lambda k, x: k.layers.AveragePooling3D(2)(x)),
    ("global_average_pooling1d", [SEQUENCE], lambda k, x: k.layers.GlobalAveragePooling1D(keepdims=True)(x)),
    ("global_average_pooling2d", [IMAGE], lambda k, x: k.layers.GlobalAveragePooling2D()(x)),
    ("global_average_pooling3d", [VOLUME], lambda k, x: k.layers.GlobalAveragePooling3D()(x)),
    ("global_max_pooling1d", [SEQUENCE], lambda k, x: k.layers.GlobalMaxPooling1D()(x)),
    ("global_max_pooling2d", [IMAGE], lambda k, x: k.layers.GlobalMaxPooling2D(keepdims=True)(x)),
    ("global_max_pooling3d", [VOLUME], lambda k, x: k.layers.GlobalMaxPooling3D()(x)),
    # recurrent
    ("lstm", [SEQUENCE], lambda k, x: k.layers.LSTM(3, return_sequences=True, dropout=0.1)(x)),
    ("lstm_states", [SEQUENCE, (3,), (3,)], lambda k, x, h, c: k.layers.LSTM(3, return_state=True)(x, initial_state=[h, c])),
    ("lstm_backwards", [SEQUENCE], lambda k, x: k.layers.LSTM(3, go_backwards=True, unit_forget_bias=False)(x)),
    ("gru", [SEQUENCE], lambda k, x: k.layers.GRU(3, return_sequences=True)(x)),
    ("gru_reset_before", [SEQUENCE], lambda k, x: k.layers.GRU(3, reset_after=False)(x)),
    ("gru_state", [SEQUENCE, (3,)], lambda k, x, h: k.layers.GRU(3)(x, initial_state=h)),
    ("simple_rnn", [SEQUENCE], lambda k, x: k.layers.SimpleRNN(3, activation="relu")(x)),
    ("simple_rnn_states", [SEQUENCE], lambda k, x: k.layers.SimpleRNN(3, return_sequences=True, return_state=True)(x)),
    ("rnn_lstm_cell", [SEQUENCE], lambda k, x: k.layers.RNN(k.layers.LSTMCell(3))(x)),
    ("rnn_gru_cell", [SEQUENCE], lambda k, x: k.layers.RNN(k.layers.GRUCell(3), return_sequences=True)(x)),
    ("rnn_stacked", [SEQUENCE], lambda k, x: k.layers.RNN([k.layers.LSTMCell(3), k.layers.SimpleRNNCell(2)])(x)),
    ("bidirectional", [SEQUENCE], lambda k, x: k.layers.Bidirectional(k.layers.LSTM(3, return_sequences=True))(x)),
    ("bidirectional_sum", [SEQUENCE], lambda k, x: k.layers.Bidirectional(k.layers.GRU(3), merge_mode="sum")(x)),
    (
        "bidirectional_backward",
        [SEQUENCE],
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(3), backward_layer=k.layers.LSTM(3, go_backwards=True, activation="relu"))(x),
    ),
    ("bidirectional_states", [SEQUENCE], lambda k, x: k.layers.Bidirectional(k.layers.LSTM(3, return_state=True))(x)),
    ("time_distributed", [SEQUENCE], lambda k, x: k.layers.TimeDistributed(k.layers.Dense(3))(x)),
    ("time_distributed_conv", [(3, 8, 8, 2)], lambda k, x: k.layers.TimeDistributed(k.layers.Conv2D(3, 3))(x)),
    ("conv_lstm1d", [(3, 6, 2)], lambda k, x: k.layers.ConvLSTM1D(3, 3)(x)),
    ("conv_lstm2d", [(3, 6, 6, 2)], lambda k, x: k.layers.ConvLSTM2D(2, 3, padding="same", return_sequences=True)(x)),
    # attention
    ("attention", [SEQUENCE, SEQUENCE], lambda k, x, y: k.layers.Attention(use_scale=True)([x, y])),
    ("attention_three", [SEQUENCE] * 3, lambda k, x, y, z: k.layers.Attention()([x, y, z])),
    ("additive_attention", [SEQUENCE, SEQUENCE], lambda k, x, y: k.layers.AdditiveAttention()([x, y])),
    ("multi_head_self", [SEQUENCE], lambda k, x: k.layers.MultiHeadAttention(2, 3)(x, x)),
    ("multi_head_cross", [SEQUENCE, (5, 3)], lambda k, x, y: k.layers.MultiHeadAttention(2, 3, value_dim=2)(query=x, value=y)),
    ("multi_head_three", [SEQUENCE, (5, 3), (5, 2)], lambda k, x, y, z: k.layers.MultiHeadAttention(2, 3)(x, y, key=z)),
    ("multi_head_causal", [SEQUENCE], lambda k, x: k.layers.MultiHeadAttention(1, 2, output_shape=3)(x, x, use_causal_mask=True)),
    ("multi_head_scores", [SEQUENCE], lambda k, x: k.layers.MultiHeadAttention(2, 2)(x, x, return_attention_scores=True)),
    (
        "multi_head_mask",
        [SEQUENCE, ((6, 6), "int32", 2)],
        lambda k, x, m: k.layers.MultiHeadAttention(2, 2)(x, x, attention_mask=m),
    ),
    # normalization
    ("batch_normalization", [IMAGE], lambda k, x: k.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)),
    ("batch_normalization_axis", [IMAGE], lambda k, x: k.layers.BatchNormalization(axis=1, center=False, scale=False)(x)),
    ("layer_normalization", [SEQUENCE], lambda k, x: k.layers.LayerNormalization()(x)),
    ("layer_normalization_axes", [SEQUENCE], lambda k, x: k.layers.LayerNormalization(axis=[1, 2], center=False)(x)),
    ("group_normalization", [(8, 8, 4)], lambda k, x: k.layers.GroupNormalization(2)(x)),
    ("unit_normalization", [(4,)], lambda k, x: k.layers.UnitNormalization()(x)),
    # merging
    ("add", [(4,), (4,)], lambda k, x, y: k.layers.Add()([x, y])),
    ("subtract", [(4,), (4,)], lambda k, x, y: k.layers.Subtract()([x, y])),
    ("multiply", [(4,), (1,)], lambda k, x, y: k.layers.Multiply()([x, y])),
    ("average", [(4,), (4,)], lambda k, x, y: k.layers.Average()([x, y])),
    ("maximum", [(4,), (4,)], lambda k, x, y: k.layers.Maximum()([x, y])),
    ("minimum", [(4,), (4,)], lambda k, x, y: k.layers.Minimum()([x, y])),
    ("concatenate", [SEQUENCE, (2, 4)], lambda k, x, y: k.layers.Concatenate(axis=1)([x, y])),
    ("dot", [SEQUENCE, SEQUENCE], lambda k, x, y: k.layers.Dot(axes=2, normalize=True)([x, y])),
    ("functional_add", [(4,), (4,)], lambda k, x, y: k.layers.add([x, y, x])),
    # reshaping
    ("reshaping", [(12,)], lambda k, x: k.layers.Permute((2, 1))(k.layers.Reshape((3, -1))(x))),
    ("flatten", [IMAGE], lambda k, x: k.layers.Flatten()(x)),
    ("repeat_vector", [(4,)], lambda k, x: k.layers.RepeatVector(3)(x)),
    ("cropping1d", [SEQUENCE], lambda k, x: k.layers.Cropping1D((1, 2))(x)),
    ("cropping2d", [IMAGE], lambda k, x: k.layers.Cropping2D(((1, 0), (2, 1)))(x)),
    ("cropping3d", [VOLUME], lambda k, x: k.layers.Cropping3D(1)(x)),
    ("padding1d", [SEQUENCE], lambda k, x: k.layers.ZeroPadding1D((1, 2))(x)),
    ("padding2d", [IMAGE], lambda k, x: k.layers.ZeroPadding2D(((1, 0), (2, 1)))(x)),
    ("padding3d", [VOLUME], lambda k, x: k.layers.ZeroPadding3D(1)(x)),
    ("up_sampling1d", [SEQUENCE], lambda k, x: k.layers.UpSampling1D(2)(x)),
    ("up_sampling2d", [IMAGE], lambda k, x: k.layers.UpSampling2D(2)(x)),
    ("up_sampling2d_bilinear", [IMAGE], lambda k, x: k.layers.UpSampling2D((2, 3), interpolation="bilinear")(x)),
    ("up_sampling3d", [VOLUME], lambda k, x: k.layers.UpSampling3D(2)(x)),
    # regularization
    ("dropout", [(4,)], lambda k, x: k.layers.Dropout(0.3)(x)),
    ("spatial_dropout1d", [SEQUENCE], lambda k, x: k.layers.SpatialDropout1D(0.3)(x)),
    ("spatial_dropout2d", [IMAGE], lambda k, x: k.layers.SpatialDropout2D(0.3)(x)),
    ("spatial_dropout3d", [VOLUME], lambda k, x: k.layers.SpatialDropout3D(0.3)(x)),
    ("gaussian_noise", [(4,)], lambda k, x: k.layers.GaussianNoise(0.3)(x)),
    ("gaussian_dropout", [(4,)], lambda k, x: k.layers.GaussianDropout(0.3)(x)),
    ("alpha_dropout", [(4,)], lambda k, x: k.layers.AlphaDropout(0.3)(x)),
    ("activity_regularization", [(4,)], lambda k, x: k.layers.ActivityRegularization(l1=0.1, l2=0.2)(x)),
    # preprocessing
    ("rescaling", [IMAGE], lambda k, x: k.layers.Rescaling(1 / 127.5, offset=-1)(x)),
    ("rescaling_channels", [IMAGE], lambda k, x: k.layers.Rescaling([0.1, 0.2, 0.3], offset=[1.0, 2.0, 3.0])(x)),
    ("normalization", [(3,)], lambda k, x: k.layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])(x)),
    ("resizing", [IMAGE], lambda k, x: k.layers.Resizing(5, 6)(x)),
    ("resizing_nearest", [IMAGE], lambda k, x: k.layers.Resizing(5, 6, interpolation="nearest")(x)),
    ("center_crop", [IMAGE], lambda k, x: k.layers.CenterCrop(5, 4)(x)),
    ("category_encoding", [ids(4, below=5)], lambda k, x: k.layers.CategoryEncoding(5, output_mode="multi_hot")(x)),
    ("category_one_hot", [ids(1, below=5)], lambda k, x: k.layers.CategoryEncoding(5, output_mode="one_hot")(x)),
    ("discretization", [(3,)], lambda k, x: k.layers.Discretization([-1.0, 0.0, 1.0])(x)),
    ("integer_lookup", [ids(4)], lambda k, x: k.layers.Embedding(9, 2)(k.layers.IntegerLookup(vocabulary=[2, 4, 5, 7])(x))),
    ("hashing", [((4,), "int32", 100)], lambda k, x: k.layers.Embedding(7, 2)(k.layers.Hashing(7)(x))),
    # augmentation
    ("random_flip", [IMAGE], lambda k, x: k.layers.RandomFlip("horizontal")(x)),
    ("random_rotation", [IMAGE], lambda k, x: k.layers.RandomRotation(0.1, fill_mode="nearest")(x)),
    ("random_zoom", [IMAGE], lambda k, x: k.layers.RandomZoom(0.2, (-0.1, 0.1))(x)),
    ("random_translation", [IMAGE], lambda k, x: k.layers.RandomTranslation(0.1, 0.2)(x)),
    ("random_contrast", [IMAGE], lambda k, x: k.layers.RandomContrast(0.2)(x)),
    ("random_brightness", [IMAGE], lambda k, x: k.layers.RandomBrightness(0.2)(x)),
    ("random_crop", [IMAGE], lambda k, x: k.layers.RandomCrop(6, 5)(x)),
    # channels first, where no kernel of the device is needed
    ("pooling_channels_first", [(3, 8, 8)], lambda k, x: k.layers.GlobalAveragePooling2D(data_format="channels_first")(x)),
]
