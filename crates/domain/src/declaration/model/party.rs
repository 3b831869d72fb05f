//! Parties: who declares, sends, buys, carries, holds an authorisation; and offices.

use super::class::class;

class! {
    /// Who issued a document.
    DocumentIssuer {
        name "Name" [text(70)]: Option<String>,
        role_code "RoleCode" [code(3)]: Option<String>,
    }

    /// A party by number, in a role.
    RoleParty {
        id "ID" [id(17)]: Option<String>,
        role_code "RoleCode" [code(3)]: Option<String>,
    }

    /// An office of customs.
    Office {
        id "ID" [id(17)]: Option<String>,
    }

    /// A firm with a contact and a way to reach it.
    Trader {
        name "Name" [text(70)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
        address "Address" [class()]: Option<Box<Address>>,
        contact "Contact" [class()]: Option<Box<Contact>>,
        communication "Communication" [class()]: Option<Box<Communication>>,
    }

    /// Who sends the goods on their way.
    Consignor {
        name "Name" [text(70)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
        address "Address" [class()]: Option<Box<ConsignorAddress>>,
    }

    /// The address of a consignor, with its kind.
    ConsignorAddress {
        type_code "TypeCode" [code(3)]: Option<String>,
        city_name "CityName" [text(35)]: Option<String>,
        country_code "CountryCode" [code(2).exactly().letters()]: Option<String>,
        country_sub_division_code "CountrySubDivisionCode" [code(9)]: Option<String>,
        country_sub_division_name "CountrySubDivisionName" [text(35)]: Option<String>,
        line "Line" [text(70)]: Option<String>,
        postcode_id "PostcodeID" [id(9)]: Option<String>,
    }

    /// Who carries the goods.
    Carrier {
        name "Name" [text(70)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
        address "Address" [class()]: Option<Box<Address>>,
        communication "Communication" [class()]: Option<Box<Communication>>,
    }

    /// How a party can be reached.
    Communication {
        id "ID" [id(50)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
    }

    /// Who holds an authorisation, and of which kind.
    AuthorisationHolder {
        id "ID" [id(17)]: Option<String>,
        category_code "CategoryCode" [code(4)]: Option<String>,
    }

    /// Who declares for another, and in which capacity.
    Agent {
        name "Name" [text(70)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
        function_code "FunctionCode" [code(3)]: Option<String>,
        address "Address" [class()]: Option<Box<Address>>,
    }

    /// A firm or person by name, number and address.
    Party {
        name "Name" [text(70)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
        address "Address" [class()]: Option<Box<Address>>,
    }

    /// A postal address.
    Address {
        city_name "CityName" [text(35)]: Option<String>,
        country_code "CountryCode" [code(2).exactly().letters()]: Option<String>,
        country_sub_division_code "CountrySubDivisionCode" [code(9)]: Option<String>,
        country_sub_division_name "CountrySubDivisionName" [text(35)]: Option<String>,
        line "Line" [text(70)]: Option<String>,
        postcode_id "PostcodeID" [id(9)]: Option<String>,
    }

    /// Who vouches for a declaration, and how.
    Authentication {
        authentication "Authentication" [text(256)]: Option<String>,
        authenticator "Authenticator" [class()]: Option<Box<Contact>>,
    }

    /// A person or desk by name.
    Contact {
        name "Name" [text(70)]: Option<String>,
    }
}
