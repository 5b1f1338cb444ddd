//! The words that texts are put together from, beside those of the vocabulary.

use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

pub(crate) const FUNCTIONS: [&str; 14] = [
    "Maatwerkadviseur",
    "Maatwerkfunctionaris",
    "Specialist bijzondere situaties",
    "Senior beoordelaar",
    "Regisseur multiproblematiek",
    "Coördinator maatwerk",
    "Casusregisseur",
    "Adviseur hardheidsclausule",
    "Contactpersoon schrijnende gevallen",
    "Klantbegeleider maatwerk",
    "Jurist uitvoering",
    "Procesbegeleider doorbraak",
    "Senior consulent",
    "Adviseur bijzondere zaken",
];

/// Sentences of descriptions. `{a}` and `{b}` are schemes of the officer, `{wijk}` is a neighbourhood.
pub(crate) const SENTENCES: [&str; 18] = [
    "Beslist in uitzonderlijke gevallen over {a}.",
    "Denkt mee wanneer {a} en {b} elkaar in de weg zitten.",
    "Aanspreekpunt voor professionals bij vragen over {a}.",
    "Zoekt een uitweg in zaken rond {a}, ook als {b} meespeelt.",
    "Bekijkt het hele huishouden wanneer {a} is afgewezen.",
    "Toetst of strikt toepassen redelijk is bij {a}.",
    "Kan de invordering stilleggen zolang {a} niet is uitgezocht.",
    "Houdt spreekuur in {wijk} over {a}.",
    "Trekt in {wijk} op met het wijkteam, vooral bij {b}.",
    "Neem contact op voordat er een besluit ligt over {a}.",
    "Ook als de bezwaartermijn voor {a} al voorbij is.",
    "Werkt samen met sociaal raadslieden aan {a} en {b}.",
    "Weet wat er kan wanneer bewijs voor {a} ontbreekt.",
    "Eerste contact als {a} door een verhuizing is gestopt.",
    "Legt uit waarom {a} is teruggevorderd, en wat daaraan te doen is.",
    "Overlegt met andere organisaties wanneer {b} wacht op {a}.",
    "Antwoordt binnen twee werkdagen op vragen over {b}.",
    "Trekker van de proef met {a} in {wijk}.",
];

pub(crate) const FIRST_NAMES: [&str; 12] = [
    "Aaltje",
    "Berend",
    "Chaima",
    "Dirkje",
    "Emre",
    "Fenna",
    "Gijsbert",
    "Hanan",
    "Ids",
    "Jorrit",
    "Şule",
    "Agnieszka",
];

/// Names that show that nobody is called so.
pub(crate) const LAST_NAMES: [&str; 12] = [
    "Voorbeeldsma",
    "Testenaar",
    "van Proefdorp",
    "Verzinsel",
    "de Oefening",
    "Nepveen",
    "Bedachtsma",
    "van der Schets",
    "Modelstra",
    "Probeersel",
    "Kılıçverzonnen",
    "de Fictie",
];

const NEIGHBOURHOOD_BEGINNINGS: [&str; 24] = [
    "Akker",
    "Berken",
    "Dijk",
    "Elzen",
    "Ganzen",
    "Havik",
    "Iepen",
    "Kievits",
    "Leeuwerik",
    "Meent",
    "Merel",
    "Nachtegaal",
    "Otter",
    "Populier",
    "Rietzang",
    "Spreeuwen",
    "Tarwe",
    "Uilen",
    "Vlier",
    "Wilgen",
    "Zwaluw",
    "Boekweit",
    "Fluiter",
    "Haver",
];
const NEIGHBOURHOOD_ENDINGS: [&str; 14] = [
    "broek", "donk", "enk", "erf", "geest", "gors", "heem", "kreek", "meent", "polder", "rode", "terp", "waard", "wetering",
];

/// The name of a neighbourhood: one of 336 words that hardly any two officers share.
pub(crate) fn neighbourhood(random: &mut ChaCha8Rng) -> String {
    let beginning = NEIGHBOURHOOD_BEGINNINGS.choose(random).expect("the list is not empty");
    let ending = NEIGHBOURHOOD_ENDINGS.choose(random).expect("the list is not empty");
    format!("{beginning}{ending}")
}
