//! Movements of goods as terminals tell them to customs: arrival, departure, consolidation, and what customs answers.

use super::{class::class, value::Quantity};

class! {
    /// Goods arrived at, were expected at, or left a location.
    MovementRequest {
        message_code "messageCode" [code(3)]: Option<String>,
        agent_details "agentDetails" [class()]: Option<Box<AgentDetails>>,
        ucr_block "ucrBlock" [class()]: Option<Box<UcrBlock>>,
        goods_location "goodsLocation" [id(17)]: Option<String>,
        goods_arrival_date_time "goodsArrivalDateTime" [text(35)]: Option<String>,
        goods_departure_date_time "goodsDepartureDateTime" [text(35)]: Option<String>,
        shed_opid "shedOPID" [id(3)]: Option<String>,
        master_ucr "masterUCR" [id(35)]: Option<String>,
        master_opt "masterOpt" [code(1)]: Option<String>,
        movement_reference "movementReference" [id(25)]: Option<String>,
        transport_details "transportDetails" [class()]: Option<Box<TransportDetails>>,
    }

    /// Who tells it.
    AgentDetails {
        eori "EORI" [id(17)]: Option<String>,
        agent_location "agentLocation" [id(12)]: Option<String>,
        agent_role "agentRole" [code(3)]: Option<String>,
    }

    /// The reference of a consignment, with its part and kind.
    UcrBlock {
        ucr "ucr" [id(39)]: Option<String>,
        ucr_part_no "ucrPartNo" [id(4)]: Option<String>,
        ucr_type "ucrType" [code(1)]: Option<String>,
    }

    /// What the goods leave by.
    TransportDetails {
        transport_id "transportID" [id(35)]: Option<String>,
        transport_mode "transportMode" [code(1)]: Option<String>,
        transport_nationality "transportNationality" [code(2)]: Option<String>,
    }

    /// Consignments become one, or part again.
    ConsolidationRequest {
        message_code "messageCode" [code(3)]: Option<String>,
        transaction_type "transactionType" [code(1)]: Option<String>,
        master_ucr "masterUCR" [id(35)]: Option<String>,
        ucr_block "ucrBlock" [class()]: Option<Box<UcrBlock>>,
    }

    /// What customs answers to a movement.
    MovementResponse {
        message_code "messageCode" [code(3)]: Option<String>,
        crc "crc" [code(3)]: Option<String>,
        goods_arrival_date_time "goodsArrivalDateTime" [text(35)]: Option<String>,
        goods_location "goodsLocation" [id(17)]: Option<String>,
        shed_opid "shedOPID" [id(3)]: Option<String>,
        movement_reference "movementReference" [id(25)]: Option<String>,
        submit_role "submitRole" [code(35)]: Option<String>,
        ucr_block "ucrBlock" [class()]: Option<Box<UcrBlock>>,
        goods_items "goodsItem" [class()]: Vec<InventoryItem>,
    }

    /// An item of what moved.
    InventoryItem {
        commodity_code "commodityCode" [code(18)]: Option<String>,
        total_packages "totalPackages" [quantity(8, 0)]: Option<Quantity>,
        total_net_mass "totalNetMass" [quantity(16, 6)]: Option<Quantity>,
    }

    /// Customs acknowledges a movement or refuses it.
    ControlResponse {
        message_code "messageCode" [code(3)]: Option<String>,
        action_code "actionCode" [code(1)]: Option<String>,
        errors "error" [class()]: Vec<MovementError>,
        ucr_block "ucrBlock" [class()]: Option<Box<UcrBlock>>,
        movement_reference "movementReference" [id(25)]: Option<String>,
    }

    /// Why a movement is refused.
    MovementError {
        error_code "errorCode" [code(8)]: Option<String>,
    }

    /// The terminal's goods for a declaration are there.
    GoodsArrival {
        entry_number "entryNumber" [id(70)]: Option<String>,
        entry_version_number "entryVersionNumber" [id(9)]: Option<String>,
        inventory_consignment_reference "inventoryConsignmentReference" [id(39)]: Option<String>,
    }

    /// Whether the terminal's goods match a declaration.
    ValidateMovementResponse {
        entry_number "entryNumber" [id(70)]: Option<String>,
        entry_version_number "entryVersionNumber" [id(9)]: Option<String>,
        inventory_consignment_reference "inventoryConsignmentReference" [id(39)]: Option<String>,
        irc "irc" [code(3)]: Option<String>,
    }
}
