//! What a study says about its data: the `[data]` table as plain values.

use std::path::PathBuf;

/// The data of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSpec {
    /// Where the images come from.
    pub source: Source,
    /// The directory or archive to read instead of the source's usual place; [`Source::Images`] needs one.
    pub path: Option<PathBuf>,
    /// Which of the two labels of an image to use; only [`Source::Cifar100`] has a choice (fine by default).
    pub labels: Option<Labels>,
    /// Share of the training images that are held back for validation, above 0 and below 1.
    pub validation: f64,
    /// How pixel values are scaled.
    pub scale: Scale,
    /// Height and width in pixels that images are resized to; only for [`Source::Images`], which needs one
    /// when its images differ in size.
    pub size: Option<u32>,
}

impl DataSpec {
    /// `source` in its usual place with every other setting at its default.
    pub fn new(source: Source) -> Self {
        Self { source, path: None, labels: None, validation: 0.25, scale: Scale::default(), size: None }
    }
}

/// A source of labelled images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// 1,797 handwritten digits of 8×8, bundled with the program.
    Digits,
    /// CIFAR-10: 60,000 colour photographs of 32×32 in 10 classes.
    Cifar10,
    /// CIFAR-100: 60,000 colour photographs of 32×32 in 100 classes, grouped into 20.
    Cifar100,
    /// MNIST: 70,000 handwritten digits of 28×28.
    Mnist,
    /// Fashion-MNIST: 70,000 pictures of clothes of 28×28 in 10 classes.
    FashionMnist,
    /// A folder of PNG and JPEG files with one subfolder a class.
    Images,
}

impl Source {
    /// Every source, in the order that lists show them.
    pub const ALL: [Self; 6] =
        [Self::Digits, Self::Cifar10, Self::Cifar100, Self::Mnist, Self::FashionMnist, Self::Images];

    /// The name that a study file and the command line use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Cifar10 => "cifar10",
            Self::Cifar100 => "cifar100",
            Self::Mnist => "mnist",
            Self::FashionMnist => "fashion-mnist",
            Self::Images => "images",
        }
    }
}

/// Which label of a CIFAR-100 image is the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Labels {
    /// The 20 superclasses.
    Coarse,
    /// The 100 classes.
    Fine,
}

impl Labels {
    /// Both kinds of label.
    pub const ALL: [Self; 2] = [Self::Coarse, Self::Fine];

    /// The name that a study file uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coarse => "coarse",
            Self::Fine => "fine",
        }
    }
}

/// How pixel values are scaled before a network sees them; the same for every split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scale {
    /// To [0, 1]: divided by the largest value that the source can store.
    Unit,
    /// To [0, 1], then each channel to mean 0 and deviation 1 over the training images.
    #[default]
    Standard,
}

impl Scale {
    /// Both scales.
    pub const ALL: [Self; 2] = [Self::Unit, Self::Standard];

    /// The name that a study file uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Standard => "standard",
        }
    }
}
