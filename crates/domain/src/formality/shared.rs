//! Codes and columns that several forms share.

use super::field::{Class, Field, Kind};

/// Codes of a choice with their Chinese and English words.
pub type Codes = &'static [(&'static str, &'static str, &'static str)];

/// Gender as machine-readable travel documents write it (ICAO Doc 9303; X: unspecified).
pub const GENDERS: Codes = &[("M", "男", "Male"), ("F", "女", "Female"), ("X", "未注明", "Unspecified")];

/// What lists from practice write for gender, with the digits of ISO/IEC 5218.
pub const GENDER_WORDS: &[(&str, &str)] = &[
    ("1", "M"),
    ("2", "F"),
    ("0", "X"),
    ("9", "X"),
    ("MAN", "M"),
    ("MR", "M"),
    ("男性", "M"),
    ("WOMAN", "F"),
    ("MRS", "F"),
    ("MS", "F"),
    ("女性", "F"),
    ("OTHER", "X"),
    ("其他", "X"),
    ("U", "X"),
    ("UNKNOWN", "X"),
];

/// The nature of an identity document.
pub const DOCUMENT_TYPES: Codes = &[
    ("P", "护照", "Passport"),
    ("S", "海员证", "Seafarer's identity document"),
    ("I", "身份证", "Identity card"),
    ("O", "其他", "Other"),
];

/// Other words for the nature of an identity document.
pub const DOCUMENT_WORDS: &[(&str, &str)] = &[
    ("PP", "P"),
    ("PASS", "P"),
    ("PPT", "P"),
    ("普通护照", "P"),
    ("SEAMAN'S BOOK", "S"),
    ("SEAMANS BOOK", "S"),
    ("SEAFARER'S BOOK", "S"),
    ("SEAMAN BOOK", "S"),
    ("SB", "S"),
    ("SID", "S"),
    ("海员身份证件", "S"),
    ("ID", "I"),
    ("ID CARD", "I"),
    ("NATIONAL IDENTITY CARD", "I"),
    ("居民身份证", "I"),
    ("其它", "O"),
];

/// A person is the same in two versions by document, else by names and birth, else by names.
pub const PERSON_KEYS: &[&[&str]] = &[
    &["document_number", "document_issuer"],
    &["family_name", "given_names", "date_of_birth"],
    &["family_name", "given_names"],
];

/// Family name, or the only name of a person who has one.
pub const FAMILY_NAME: Field = Field::text("family_name", 70, "姓", "Family name")
    .always()
    .class(Class::Identity)
    .hint("只有一个名字的，填在此处", "A person with one name: write it here");

/// Given names.
pub const GIVEN_NAMES: Field = Field::text("given_names", 70, "名", "Given names").class(Class::Identity);

/// Rank or rating on board.
pub const RANK: Field = Field::text("rank", 35, "职务", "Rank or rating");

/// Nationality.
pub const NATIONALITY: Field =
    Field::of("nationality", Kind::Country, "国籍", "Nationality").always().class(Class::Identity);

/// Date of birth.
pub const DATE_OF_BIRTH: Field =
    Field::of("date_of_birth", Kind::Date, "出生日期", "Date of birth").always().past().class(Class::Identity);

/// Place of birth.
pub const PLACE_OF_BIRTH: Field =
    Field::text("place_of_birth", 70, "出生地点", "Place of birth").warn().class(Class::Identity);

/// Gender.
pub const GENDER: Field =
    Field::choice("gender", GENDERS, "性别", "Gender").warn().also(GENDER_WORDS).class(Class::Identity);

/// Nature of the identity or travel document.
pub const DOCUMENT_TYPE: Field =
    Field::choice("document_type", DOCUMENT_TYPES, "证件种类", "Nature of identity or travel document")
        .always()
        .also(DOCUMENT_WORDS)
        .class(Class::TravelDocument);

/// Number of the identity or travel document.
pub const DOCUMENT_NUMBER: Field =
    Field::code("document_number", 35, "证件号码", "Number of identity or travel document")
        .always()
        .class(Class::TravelDocument);

/// Its issuing State.
pub const DOCUMENT_ISSUER: Field =
    Field::of("document_issuer", Kind::Country, "证件签发国", "Issuing State of document")
        .warn()
        .class(Class::TravelDocument);

/// Its expiry.
pub const DOCUMENT_EXPIRY: Field = Field::of("document_expiry", Kind::Date, "证件有效期至", "Expiry date of document")
    .warn()
    .coming()
    .class(Class::TravelDocument);

/// Where the person came on board.
pub const PORT_OF_EMBARKATION: Field = Field::of("port_of_embarkation", Kind::Locode, "登船港", "Port of embarkation");

/// Where the person leaves the ship.
pub const PORT_OF_DISEMBARKATION: Field =
    Field::of("port_of_disembarkation", Kind::Locode, "离船港", "Port of disembarkation");

/// Visa number.
pub const VISA_NUMBER: Field =
    Field::code("visa_number", 35, "签证号码", "Visa number, if appropriate").class(Class::TravelDocument);

/// Purposes of a ship's call (Decree 175; Maritime Traffic Safety Law).
pub const PURPOSES: Codes = &[
    ("cargo", "装卸货物", "Cargo operations"),
    ("passengers", "上下旅客", "Passengers"),
    ("bunkers", "加油加水", "Bunkers and water"),
    ("stores", "补给", "Stores and supplies"),
    ("repair", "修理", "Repair"),
    ("crew_change", "换班船员", "Crew change"),
    ("shelter", "避难避风", "Shelter"),
    ("waiting", "锚泊候令", "Waiting for orders"),
    ("new_building", "新造船首航或试航", "New building: first departure or trials"),
    ("trade_conversion", "内外贸转换", "Conversion between domestic and foreign trade"),
    ("shuttle", "定线往返", "Shuttle service"),
    ("distress", "遇险", "Distress"),
    ("other", "其他", "Other"),
];

/// Security levels of the ISPS Code.
pub const SECURITY_LEVELS: Codes = &[("1", "1 级", "Level 1"), ("2", "2 级", "Level 2"), ("3", "3 级", "Level 3")];
