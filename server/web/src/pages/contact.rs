//! Ways to reach someone, as links.

use register::officer::{Approach, Channel, Contact};
use register::organisation::Desk;

/// Ways to reach someone, the preferred one first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContactLinks {
    /// In order.
    pub(super) ways: Vec<Way>,
}

/// One way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// Which sign stands before it: `phone`, `mail` or `page`.
    pub(super) sign: &'static str,
    /// What a screen reader says before it.
    pub(super) label: &'static str,
    /// Where it leads.
    pub(super) href: String,
    /// What is copied.
    pub(super) text: String,
    /// Whether this is the one to try first.
    pub(super) is_preferred: bool,
}

impl Way {
    /// What is read on the page: a number does not break at the end of a line.
    pub(super) fn shown(&self) -> String {
        match self.sign {
            "phone" => self.text.replace(' ', "\u{a0}").replace('-', "\u{2011}"),
            _ => self.text.clone(),
        }
    }
}

impl ContactLinks {
    /// Of an officer.
    pub(super) fn of_officer(contact: &Contact, approach: &Approach) -> Self {
        let phone = contact
            .phone
            .as_ref()
            .map(|phone| phone_way(phone.as_str(), &phone.to_dial_string()));
        let mail = contact.email.as_ref().map(|email| mail_way(email.as_str()));
        let page = contact.url.as_deref().map(page_way);
        let ways = match approach.prefer {
            Channel::Phone => [phone, mail, page],
            Channel::Mail => [mail, phone, page],
        };
        Self::in_order(ways)
    }

    /// Of a desk: the phone first, since whoever comes to a desk was turned away elsewhere.
    pub(super) fn of_desk(desk: &Desk) -> Self {
        Self::in_order([
            desk.phone
                .as_ref()
                .map(|phone| phone_way(phone.as_str(), &phone.to_dial_string())),
            desk.email.as_ref().map(|email| mail_way(email.as_str())),
            desk.url.as_deref().map(page_way),
        ])
    }

    fn in_order(ways: [Option<Way>; 3]) -> Self {
        let mut ways: Vec<Way> = ways.into_iter().flatten().collect();
        if let Some(first) = ways.first_mut() {
            first.is_preferred = true;
        }
        Self { ways }
    }
}

fn phone_way(text: &str, dial: &str) -> Way {
    Way {
        sign: "phone",
        label: "Bel",
        href: format!("tel:{dial}"),
        text: text.to_owned(),
        is_preferred: false,
    }
}

fn mail_way(address: &str) -> Way {
    Way {
        sign: "mail",
        label: "Mail",
        href: format!("mailto:{}", escaped(address)),
        text: address.to_owned(),
        is_preferred: false,
    }
}

fn page_way(url: &str) -> Way {
    let text = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .unwrap_or(url);
    Way {
        sign: "page",
        label: "Naar",
        href: url.to_owned(),
        text: text.trim_end_matches('/').to_owned(),
        is_preferred: false,
    }
}

/// The signs that would end the address in a `mailto:` link.
fn escaped(address: &str) -> String {
    let mut escaped = String::with_capacity(address.len());
    for sign in address.chars() {
        match sign {
            '%' => escaped.push_str("%25"),
            '?' => escaped.push_str("%3F"),
            '&' => escaped.push_str("%26"),
            '#' => escaped.push_str("%23"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use register::officer::{Email, Phone};

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
                .ways
                .iter()
                .map(|way| way.sign)
                .collect::<Vec<_>>()
        };
        assert_eq!(signs(&approach), ["mail", "phone"]);
        approach.prefer = Channel::Phone;
        assert_eq!(signs(&approach), ["phone", "mail"]);
    }

    #[test]
    fn links_hold_what_a_program_needs_and_texts_what_people_read() {
        let links = ContactLinks::of_officer(&contact(), &Approach::default());
        assert_eq!(links.ways[1].href, "tel:+31880004108");
        assert_eq!(links.ways[1].text, "+31 88 000 4108");
        assert_eq!(links.ways[1].shown(), "+31\u{a0}88\u{a0}000\u{a0}4108");
        assert_eq!(escaped("a?b&c@d.example"), "a%3Fb%26c@d.example");
        assert_eq!(page_way("https://www.cak.example/").text, "www.cak.example");
    }
}
