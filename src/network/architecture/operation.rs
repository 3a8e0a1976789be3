//! What a stage does, and what stands before and after all stages.

use crate::network::choice;

choice! {
    /// What a stage makes of its map; every convolution has its normalization, and an activation stands between two.
    Operation {
        /// One convolution.
        Convolution = "convolution",
        /// A convolution of each channel by itself, then a 1×1 convolution (Howard et al. 2017).
        Depthwise = "depthwise",
        /// One convolution in groups of channels (Krizhevsky, Sutskever and Hinton 2012).
        Grouped = "grouped",
        /// A 1×1 convolution to more channels, a convolution of each by itself, a 1×1 convolution back, and no
        /// activation after it (Sandler et al. 2018).
        InvertedBottleneck = "inverted-bottleneck",
        /// Two convolutions beside a skip (He et al. 2016).
        Residual = "residual",
    }
}

choice! {
    /// What stands before the first stage.
    Stem {
        /// Nothing.
        None = "none",
        /// A convolution with normalization and activation.
        Convolution = "convolution",
    }
}

choice! {
    /// What becomes of the last stage's map before the dense layers.
    Head {
        /// The mean of each channel (Lin, Chen and Yan 2013).
        Average = "average",
        /// The greatest of each channel.
        Max = "max",
        /// Nothing: the dense layers see every value.
        Flatten = "flatten",
    }
}
