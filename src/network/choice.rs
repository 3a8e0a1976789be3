//! Enumerations whose variants have the names that a space file uses.

/// Declares an enumeration with `NAMES`, `named` and `name`, so that the table of parameters and the types that are
/// read from a candidate cannot disagree.
macro_rules! choice {
    ($(#[$about:meta])* $choice:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $choice { $($(#[$doc])* $variant,)+ }

        impl $choice {
            /// The names of all variants, in order.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name of this variant.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }

        impl $crate::network::Named for $choice {
            fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use choice;

/// An enumeration that [`choice!`] declared.
pub trait Named: Sized {
    /// The variant with this name.
    fn named(name: &str) -> Option<Self>;
}
