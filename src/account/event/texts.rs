//! Which fields of events are free texts, and how they are taken out and put back.

use super::EventKind;
use crate::account::device::DeviceLabel;
use crate::account::format::FormatError;
use crate::account::free_text::SEALED_TEXT;
use crate::types::{ActorId, CaseRef};

/// Something that people type.
pub(super) trait FreeText {
    /// Takes the text out and leaves another in its place: a mask, or what was typed under whatever rules.
    fn replace(&mut self, other: &str) -> Result<String, FormatError>;
}

impl EventKind {
    /// The event as its stored bytes decode: what people typed is sealed.
    #[must_use]
    pub(crate) fn with_texts_sealed(mut self) -> Self {
        // The mask fits every one of these types, which is tested; a text that could not take it would only not be equal.
        self.texts().into_iter().for_each(|text| _ = text.replace(SEALED_TEXT));
        self
    }

    /// Every free text, in the order of the fields. That none is forgotten is tested on the source of the catalogue.
    pub(super) fn texts(&mut self) -> Vec<&mut dyn FreeText> {
        match self {
            Self::LockoutCleared { actor, .. }
            | Self::LiftRequested { actor, .. }
            | Self::LiftWithdrawn { actor, .. }
            | Self::LostContactApproved { actor, .. }
            | Self::PasswordChangeRequired { actor, .. }
            | Self::FreeTextErased { actor, .. }
            | Self::IdentityChecked { actor, .. }
            | Self::UnauthorisedReported { actor, .. }
            | Self::ReportClosed { actor, .. }
            | Self::RuleSnoozed { actor, .. }
            | Self::PaymentLetPass { actor, .. }
            | Self::ClockSetBackRequested { actor, .. }
            | Self::ClockSetBack { actor, .. } => vec![actor],
            Self::FreezePlaced { actor, case_ref, .. }
            | Self::FreezeLifted { actor, release: case_ref, .. }
            | Self::LostContactChecked { actor, case_ref, .. } => both(actor, case_ref.as_mut()),
            Self::ContactChangeCancelled { actor, .. } | Self::PaymentReleased { actor, .. } => {
                actor.iter_mut().map(|actor| actor as &mut dyn FreeText).collect()
            }
            Self::DeviceRemembered { label, .. } => vec![label],
            _ => Vec::new(),
        }
    }

    /// Whether no erasure takes its texts. Older ones of these were sealed as every other text.
    pub(crate) const fn keeps_texts(&self) -> bool {
        matches!(self, Self::FreeTextErased { .. })
    }
}

fn both<'a>(actor: &'a mut ActorId, case_ref: Option<&'a mut CaseRef>) -> Vec<&'a mut dyn FreeText> {
    let mut texts: Vec<&mut dyn FreeText> = vec![actor];
    texts.extend(case_ref.map(|case_ref| case_ref as &mut dyn FreeText));
    texts
}

macro_rules! free_text {
    ($($name:ident :: $read:ident)*) => {$(
        impl FreeText for $name {
            fn replace(&mut self, other: &str) -> Result<String, FormatError> {
                let other = Self::$read(other.to_owned()).map_err(|_| FormatError::Malformed)?;
                Ok(std::mem::replace(self, other).into())
            }
        }
    )*};
}
free_text!(ActorId::stored CaseRef::stored DeviceLabel::try_from);

#[cfg(test)]
mod tests {
    /// What a field's type must not hold unless its event is listed above.
    const TYPED: [&str; 3] = ["ActorId", "CaseRef", "DeviceLabel"];

    /// The names of the fields of these types, by variant, from the source of the catalogue.
    fn fields() -> Vec<(String, usize)> {
        let file = syn::parse_file(include_str!("kind.rs")).unwrap();
        let kind = file.items.into_iter().find_map(|item| match item {
            syn::Item::Enum(item) if item.ident == "EventKind" => Some(item),
            _ => None,
        });
        let is_text = |field: &syn::Field| {
            let mut found = Idents::default();
            syn::visit::Visit::visit_type(&mut found, &field.ty);
            found.0.iter().any(|name| TYPED.contains(&name.as_str()))
        };
        let count =
            |variant: syn::Variant| (variant.ident.to_string(), variant.fields.iter().filter(|it| is_text(it)).count());
        kind.unwrap().variants.into_iter().map(count).filter(|(_, count)| *count > 0).collect()
    }

    #[derive(Default)]
    struct Idents(Vec<String>);

    impl<'ast> syn::visit::Visit<'ast> for Idents {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.0.push(ident.to_string());
        }
    }

    #[test]
    fn every_event_with_a_text_of_a_person_has_an_arm_with_all_of_its_texts() {
        let arms = include_str!("texts.rs").split("#[cfg(test)]").next().unwrap();
        let fields = fields();
        assert!(fields.len() >= 12, "{fields:?}");
        for (variant, count) in fields {
            let arm =
                arms.split_once(&format!("Self::{variant} {{ ")).unwrap_or_else(|| panic!("{variant} is not listed"));
            let named = arm.1.split(" }").next().unwrap().split(", ").filter(|name| *name != "..").count();
            assert_eq!(named, count, "{variant}: all of its texts are to be named");
        }
    }
}
