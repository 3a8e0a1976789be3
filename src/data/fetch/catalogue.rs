//! The published files: where they are, and what they must be.
//!
//! Lengths and SHA-256 are those that TensorFlow Datasets records in `tensorflow_datasets/url_checksums/` (`cifar10.txt`,
//! `cifar100.txt`, `mnist.txt`, `fashion_mnist.txt`). They agree with what other projects pin independently; the
//! publishers' own pages give MD5 sums alone (CIFAR-10: c32a1d4ab5d03f1284b67883e8d87530, seen beside the same SHA-256;
//! Fashion-MNIST likewise).

use super::super::Source;

/// A file to download.
#[derive(Debug, Clone, Copy)]
pub struct Remote<'a> {
    /// Its path below the directory of all data sets.
    pub file: &'a str,
    /// Where it is published.
    pub url: &'a str,
    /// In bytes.
    pub length: u64,
    /// SHA-256 of its content, in lower-case hexadecimal.
    pub sha256: &'a str,
}

/// The files of `source`; none where it is not downloaded.
pub const fn files(source: Source) -> &'static [Remote<'static>] {
    match source {
        Source::Digits | Source::Images => &[],
        Source::Cifar10 => &CIFAR10,
        Source::Cifar100 => &CIFAR100,
        Source::Mnist => &MNIST,
        Source::FashionMnist => &FASHION_MNIST,
    }
}

const CIFAR10: [Remote<'static>; 1] = [Remote {
    file: "cifar-10-binary.tar.gz",
    url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    length: 170_052_171,
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
}];

const CIFAR100: [Remote<'static>; 1] = [Remote {
    file: "cifar-100-binary.tar.gz",
    url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
    length: 168_513_733,
    sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
}];

/// The first publisher's site no longer serves the files to everyone; the Common Visual Data Foundation's copy has the
/// same content.
const MNIST: [Remote<'static>; 4] = [
    Remote {
        file: "mnist/train-images-idx3-ubyte.gz",
        url: "https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz",
        length: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    },
    Remote {
        file: "mnist/train-labels-idx1-ubyte.gz",
        url: "https://storage.googleapis.com/cvdf-datasets/mnist/train-labels-idx1-ubyte.gz",
        length: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    },
    Remote {
        file: "mnist/t10k-images-idx3-ubyte.gz",
        url: "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz",
        length: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    },
    Remote {
        file: "mnist/t10k-labels-idx1-ubyte.gz",
        url: "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz",
        length: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
];

/// The place that the authors' README links; it speaks plain HTTP, so the checksum is all that vouches for the content.
const FASHION_MNIST: [Remote<'static>; 4] = [
    Remote {
        file: "fashion-mnist/train-images-idx3-ubyte.gz",
        url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz",
        length: 26_421_880,
        sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    },
    Remote {
        file: "fashion-mnist/train-labels-idx1-ubyte.gz",
        url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-labels-idx1-ubyte.gz",
        length: 29_515,
        sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    },
    Remote {
        file: "fashion-mnist/t10k-images-idx3-ubyte.gz",
        url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-images-idx3-ubyte.gz",
        length: 4_422_102,
        sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    },
    Remote {
        file: "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-labels-idx1-ubyte.gz",
        length: 5_148,
        sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
];
