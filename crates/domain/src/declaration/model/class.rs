//! What all classes of the model have in common.

use super::{
    format::Format,
    value::{Amount, Leaf, Moment, Numeric, Quantity, Unreadable, Written},
};

/// A class of the model: its name here, and its members in the order in which documents hold them.
#[derive(Debug)]
pub struct Kind {
    /// The name of the type.
    pub name: &'static str,
    /// What it may hold.
    pub members: &'static [Member],
}

/// A member of a class.
#[derive(Debug)]
pub struct Member {
    /// The name in the data model, such as `FunctionalReferenceID`.
    pub name: &'static str,
    /// What it may hold, and how often.
    pub format: Format,
}

/// A class of the model, told by its members.
pub trait Class {
    /// What it is.
    fn kind(&self) -> &'static Kind;

    /// What it is, without one at hand.
    fn described() -> &'static Kind
    where
        Self: Sized;

    /// What the member of that place holds.
    fn slot(&self, member: usize) -> &dyn Slot;

    /// The same, to be filled.
    fn slot_mut(&mut self, member: usize) -> &mut dyn Slot;
}

/// What a member holds: a value, a class, or a list of a class.
pub trait Slot {
    /// How many there are.
    fn count(&self) -> usize;

    /// The class that it holds; none for values.
    fn target(&self) -> Option<&'static Kind> {
        None
    }

    /// The class at a place.
    fn class(&self, _nth: usize) -> Option<&dyn Class> {
        None
    }

    /// The value, as documents write it.
    fn value(&self) -> Option<Written<'_>> {
        None
    }

    /// A new class at the end, where another one has a place.
    fn open(&mut self) -> Option<&mut dyn Class> {
        None
    }

    /// Takes a value.
    ///
    /// # Errors
    /// Why it cannot be read, or that a value is there.
    fn put(&mut self, _written: &Written<'_>) -> Result<(), Unreadable> {
        Err(Unreadable::Occupied)
    }
}

macro_rules! leaves {
    ($($leaf:ty),*) => { $(
        impl Slot for Option<$leaf> {
            fn count(&self) -> usize {
                usize::from(self.is_some())
            }

            fn value(&self) -> Option<Written<'_>> {
                self.as_ref().map(Leaf::written)
            }

            fn put(&mut self, written: &Written<'_>) -> Result<(), Unreadable> {
                if self.is_some() {
                    return Err(Unreadable::Occupied);
                }
                *self = Some(Leaf::read(written)?);
                Ok(())
            }
        }
    )* };
}

leaves!(String, Amount, Quantity, Numeric, Moment);

impl<C: Class + Default> Slot for Option<Box<C>> {
    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn target(&self) -> Option<&'static Kind> {
        Some(C::described())
    }

    fn class(&self, nth: usize) -> Option<&dyn Class> {
        self.as_deref().filter(|_| nth == 0).map(|class| class as &dyn Class)
    }

    fn open(&mut self) -> Option<&mut dyn Class> {
        if self.is_some() {
            return None;
        }
        Some(self.insert(Box::default()).as_mut())
    }
}

impl<C: Class + Default> Slot for Vec<C> {
    fn count(&self) -> usize {
        self.len()
    }

    fn target(&self) -> Option<&'static Kind> {
        Some(C::described())
    }

    fn class(&self, nth: usize) -> Option<&dyn Class> {
        self.get(nth).map(|class| class as &dyn Class)
    }

    fn open(&mut self) -> Option<&mut dyn Class> {
        self.push(C::default());
        self.last_mut().map(|class| class as &mut dyn Class)
    }
}

/// True for members that stored documents leave out.
pub(super) fn absent(slot: &impl Slot) -> bool {
    slot.count() == 0
}

/// Structs of the model, each with its members: `field "Name" [format]: Type`.
macro_rules! class {
    ($($(#[$doc:meta])* $class:ident { $($field:ident $name:literal [$($format:tt)*]: $type:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $class {
            $(
                #[doc = concat!("`", $name, "` of the data model.")]
                #[serde(skip_serializing_if = "crate::declaration::model::class::absent")]
                pub $field: $type,
            )*
        }

        const _: () = {
            use crate::declaration::model::{class::{Class, Kind, Member, Slot}, format::*};

            #[expect(non_camel_case_types, reason = "places of the fields, by their names")]
            enum At { $($field),* }

            impl Class for $class {
                fn kind(&self) -> &'static Kind {
                    Self::described()
                }

                fn described() -> &'static Kind {
                    static KIND: Kind = Kind {
                        name: stringify!($class),
                        members: &[$(Member { name: $name, format: $($format)* }),*],
                    };
                    &KIND
                }

                fn slot(&self, member: usize) -> &dyn Slot {
                    $(if member == At::$field as usize { return &self.$field; })*
                    unreachable!("a member of {}", stringify!($class))
                }

                fn slot_mut(&mut self, member: usize) -> &mut dyn Slot {
                    $(if member == At::$field as usize { return &mut self.$field; })*
                    unreachable!("a member of {}", stringify!($class))
                }
            }
        };
    )* };
}

pub(super) use class;
