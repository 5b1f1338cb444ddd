//! Ways to reach someone, as links.

use std::fmt::Write as _;

use register::officer::{Approach, Channel, Contact, Email, WebAddress};
use register::organisation::Desk;

/// Ways to reach someone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContactLinks {
    /// The links, the preferred one first.
    pub(super) links: Vec<ContactLink>,
}

/// A link to one address or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContactLink {
    /// The icon: `phone`, `mail` or `page`.
    pub(super) sign: &'static str,
    /// The word that a screen reader says first.
    pub(super) label: &'static str,
    /// The target of the link.
    pub(super) href: String,
    /// The text to copy.
    pub(super) text: String,
    /// Whether to try this one first.
    pub(super) is_preferred: bool,
}

impl ContactLink {
    /// The text on the page. A phone number does not break at the end of a line.
    pub(super) fn shown(&self) -> String {
        match self.sign {
            "phone" => self.text.replace(' ', "\u{a0}").replace('-', "\u{2011}"),
            _ => self.text.clone(),
        }
    }
}

impl ContactLinks {
    /// The links of an officer, in the order that the officer prefers.
    pub(super) fn of_officer(contact: &Contact, approach: &Approach) -> Self {
        let phone = contact
            .phone
            .as_ref()
            .map(|phone| phone_link(phone.as_str(), &phone.to_dial_string()));
        let mail = contact.email.as_ref().and_then(Email::shown).map(mail_link);
        let page = contact.url.as_ref().and_then(WebAddress::shown).map(page_link);
        let links = match approach.prefer {
            Channel::Phone => [phone, mail, page],
            Channel::Mail => [mail, phone, page],
        };
        Self::in_order(links)
    }

    /// The links of a desk, the phone first: whoever turns to a desk was refused elsewhere.
    pub(super) fn of_desk(desk: &Desk) -> Self {
        Self::in_order([
            desk.phone
                .as_ref()
                .map(|phone| phone_link(phone.as_str(), &phone.to_dial_string())),
            desk.email.as_ref().and_then(Email::shown).map(mail_link),
            desk.url.as_ref().and_then(WebAddress::shown).map(page_link),
        ])
    }

    fn in_order(links: [Option<ContactLink>; 3]) -> Self {
        let mut links: Vec<ContactLink> = links.into_iter().flatten().collect();
        if let Some(first) = links.first_mut() {
            first.is_preferred = true;
        }
        Self { links }
    }
}

fn phone_link(text: &str, dial: &str) -> ContactLink {
    ContactLink {
        sign: "phone",
        label: "Bel",
        href: format!("tel:{dial}"),
        text: text.to_owned(),
        is_preferred: false,
    }
}

fn mail_link(address: &str) -> ContactLink {
    ContactLink {
        sign: "mail",
        label: "Mail",
        href: format!("mailto:{}", escaped(address)),
        text: address.to_owned(),
        is_preferred: false,
    }
}

fn page_link(url: &str) -> ContactLink {
    let text = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .unwrap_or(url);
    ContactLink {
        sign: "page",
        label: "Naar",
        href: url.to_owned(),
        text: text.trim_end_matches('/').to_owned(),
        is_preferred: false,
    }
}

/// Encodes everything in the address of a `mailto:` link but letters, digits and the signs without a meaning there.
fn escaped(address: &str) -> String {
    let mut escaped = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_' | b'+' | b'~') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use register::officer::Phone;

    use super::*;

    fn contact() -> Contact {
        Contact {
            email: Some(Email::parse("maatwerk@cak.example").unwrap()),
            phone: Some(Phone::parse("+31 88 000 4108").unwrap()),
            ..Contact::default()
        }
    }

    #[test]
    fn the_preferred_way_comes_first() {
        let mut approach = Approach::default();
        let signs = |approach: &Approach| {
            ContactLinks::of_officer(&contact(), approach)
                .links
                .iter()
                .map(|link| link.sign)
                .collect::<Vec<_>>()
        };
        assert_eq!(signs(&approach), ["mail", "phone"]);
        approach.prefer = Channel::Phone;
        assert_eq!(signs(&approach), ["phone", "mail"]);
    }

    #[test]
    fn a_link_has_a_target_for_programs_and_a_text_for_people() {
        let links = ContactLinks::of_officer(&contact(), &Approach::default());
        assert_eq!(links.links[1].href, "tel:+31880004108");
        assert_eq!(links.links[1].text, "+31 88 000 4108");
        assert_eq!(links.links[1].shown(), "+31\u{a0}88\u{a0}000\u{a0}4108");
        assert_eq!(escaped("a?b&c'%0d@d.example"), "a%3Fb%26c%27%250d@d.example");
        assert_eq!(page_link("https://www.cak.example/").text, "www.cak.example");
    }
}
