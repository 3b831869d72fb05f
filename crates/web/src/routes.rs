//! Every address of the program stands on this page.

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post, put},
};

use crate::{again::Within, api, app::App, events, feeds, pages, rest, shell};

/// Largest form or JSON body; uploads have their own bound.
pub const BODY: usize = 2 << 20;
/// Largest report: five files of five megabytes, and what a form adds to them.
pub const REPORT: usize = 27 << 20;
/// The same in JSON, with its files in base64.
const REPORT_IN_BASE64: usize = 36 << 20;
/// Largest application: ten files of five megabytes, by API in base64, and what a form adds to them.
const PAPERS: usize = 70 << 20;
/// Largest form of a report that is read to its end: of files that are too large the beginning alone is kept, so that who
/// sends them is told so on a page that still holds what she wrote.
const REPORT_FORM: usize = 128 << 20;
/// Largest upload.
pub const UPLOAD: usize = 16 << 20;

/// Largest watch list: a million lines.
const WATCH_LIST: usize = office::prechecks::MOST_WATCHED;

/// The router over an application.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(public())
        .merge(agent())
        .merge(organ())
        .merge(charges())
        .merge(administration())
        .merge(problems())
        .merge(measures())
        .merge(services())
        .merge(hall())
        .merge(tables())
        .merge(applications())
        .merge(persons())
        .merge(declarations())
        .merge(flights())
        .merge(crew_cases())
        .merge(cargo())
        .merge(open311())
        .merge(systems())
        .merge(problem_systems())
        .merge(application_systems())
        .merge(person_systems())
        .merge(flight_systems())
        .merge(cargo_systems())
        .merge(charge_systems())
        .merge(table_systems())
        .merge(told())
        .merge(feeds())
        .fallback(pages::not_found)
        .layer(Extension(Within(router)))
        .layer(middleware::from_fn_with_state(app.clone(), shell::around))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::map_request(rest::read))
        .with_state(app)
}

/// What a monitoring system reads, at an address of its own that no proxy passes on.
pub fn watched(app: App) -> Router {
    operator().with_state(app)
}

fn operator() -> Router<App> {
    Router::new().route("/metrics", get(pages::status::metrics))
}

/// What anybody may open.
fn public() -> Router<App> {
    Router::new()
        .route("/sign-in", get(pages::sign_in::form).post(pages::sign_in::sign_in))
        .route("/sign-out", post(pages::sign_in::sign_out))
        .route("/resumption/link/{link}", get(pages::resumption::by_link).post(pages::resumption::answer_by_link))
        .route("/where", get(pages::consignments::whereabouts::form).post(pages::consignments::whereabouts::show))
        .route("/verify", get(pages::permits::verify_form).post(pages::permits::verify))
        .route("/status", get(pages::status::status))
        .route("/health", get(pages::status::health))
        .route("/ready", get(pages::status::ready))
        .route("/trust-list", get(api::trust_list))
        .route("/status-list/{organ}", get(api::status_list))
        .route("/log/checkpoint", get(api::checkpoint))
        .route("/log/tile/{*path}", get(api::tile))
        .route("/receipts/{id}", get(api::receipt))
        .route("/receipts/{id}/proof", get(api::receipt_proof))
        .route("/api", get(api::docs))
        .route("/api/openapi.json", get(api::description))
        .route("/api/v1/verify", post(api::permit_check))
        .route("/api/v1/where", post(api::cargo::whereabouts))
        .route("/assets/{name}", get(pages::asset))
}

/// Pages of firms; others see what concerns them.
fn agent() -> Router<App> {
    Router::new()
        .route("/", get(pages::home::home))
        .route("/calls", get(pages::ship_calls::list).post(pages::ship_calls::open))
        .route("/calls/new", get(pages::ship_calls::new_form))
        .route("/calls/copy", post(pages::ship_calls::copy))
        .route("/calls/{number}", get(pages::ship_calls::call))
        .route("/calls/{number}/copied", get(pages::ship_calls::copied).post(pages::ship_calls::looked_through))
        .route("/calls/{number}/do", get(pages::acts::acts))
        .route(
            "/calls/{number}/upload",
            get(pages::uploads::form).post(pages::uploads::upload).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/calls/{number}/workbook", get(pages::uploads::workbook))
        .route("/calls/{number}/uploads/{id}", get(pages::uploads::marked))
        .route("/calls/{number}/acts", post(pages::acts::act))
        .route("/calls/{number}/questions/{id}", get(pages::questions::thread).post(pages::questions::answer))
        .route("/calls/{number}/permits/{permit}", get(pages::permits::show))
        .route("/calls/{number}/receipts/{id}", get(pages::receipts::show))
        .route("/calls/{number}/{formality}", get(pages::formalities::show))
        .route("/calls/{number}/{formality}/original", get(pages::uploads::original))
        .route("/calls/{number}/{formality}/edit", get(pages::formalities::form).post(pages::formalities::file))
        .route("/calls/{number}/{formality}/draft", post(pages::formalities::save_draft))
        .route(
            "/calls/{number}/{formality}/check",
            get(pages::formalities::check_answers).post(pages::formalities::submit),
        )
        .route("/ships", get(pages::ships::ships).post(pages::ships::record_ship))
        .route("/ships/{imo}", get(pages::ships::ship).post(pages::ships::settle_ship))
        .route("/companies", get(pages::companies::companies))
        .route("/companies/{code}", get(pages::companies::company))
        .route("/account", get(pages::account::account).post(pages::account::change))
        .route("/account/keys", post(pages::account::change))
        .route("/account/password", get(pages::account::password).post(pages::account::change_password))
        .route("/session", post(pages::sign_in::extend))
        .route("/begun", get(pages::begun::show))
        .route("/begun/{how}", post(pages::begun::keep).layer(DefaultBodyLimit::max(PAPERS)))
        .route("/held/{id}", get(pages::held::show).post(pages::held::settle))
        .route("/events", get(events::events))
}

/// Pages of organs, the port group and the port office.
fn organ() -> Router<App> {
    Router::new()
        .route("/queue", get(pages::queue::queue))
        .route("/queue/claim-next", post(pages::queue::claim_next))
        .route("/queue/priorities", get(pages::priorities::show))
        .route("/queue/priorities.csv", get(pages::priorities::table))
        .route("/calls/{number}/{formality}/claim", post(pages::queue::claim))
        .route("/calls/{number}/{formality}/release", post(pages::queue::release))
        .route("/calls/{number}/{formality}/decide", get(pages::decisions::form).post(pages::decisions::decide))
        .route("/board", get(pages::board::board))
}

/// Charges: the price list, estimates and comparisons are for anybody; bills and savings for those whom they concern. And
/// what firms say of their resumption of work.
fn charges() -> Router<App> {
    Router::new()
        .route("/charges", get(pages::charges::list))
        .route("/charges/list.csv", get(pages::charges::list_csv))
        .route("/charges/estimate", get(pages::charges::estimate))
        .route("/charges/compare", get(pages::charges::compare_form).post(pages::charges::compare))
        .route("/charges/savings", get(pages::charges::savings))
        .route("/charges/savings.csv", get(pages::charges::savings_csv))
        .route("/resumption", get(pages::resumption::form).post(pages::resumption::answer))
        .route("/resumption/workbook", get(pages::resumption::workbook).post(pages::resumption::upload))
        .route("/resumption/board", get(pages::resumption::board))
        .route("/resumption/figures", get(pages::resumption::figures))
        .route("/resumption/figures.csv", get(pages::resumption::figures_csv))
        .route("/calls/{number}/bill", get(pages::charges::call_bill).post(pages::charges::state_bill))
}

/// Firms, people and mandates, for the port's administrator and for who manages the people of her unit.
fn administration() -> Router<App> {
    Router::new()
        .route("/administration", get(pages::administration::overview).post(pages::administration::record_firm))
        .route("/administration/changes", get(pages::administration::changes))
        .route("/administration/retention", get(pages::administration::retention).post(pages::administration::erase))
        .route("/administration/{kind}/{code}", get(pages::administration::party).post(pages::administration::change))
}

/// Problems: anybody reports and looks up a report; the others see those that concern them.
fn problems() -> Router<App> {
    Router::new()
        .route(
            "/report",
            get(pages::problems::report::form)
                .post(pages::problems::report::send)
                .layer(DefaultBodyLimit::max(REPORT_FORM)),
        )
        .route("/report/paper", get(pages::problems::report::paper))
        .route(
            "/report/status",
            get(pages::problems::status::form).post(pages::problems::status::show).layer(DefaultBodyLimit::max(REPORT)),
        )
        .route("/report/address", get(pages::problems::address::form).post(pages::problems::address::confirm))
        .route("/known", get(pages::problems::known::list).post(pages::problems::known::put))
        .route("/problems", get(pages::problems::list))
        .route("/problems/desk", get(pages::problems::desk))
        .route(
            "/problems/import",
            get(pages::problems::import::form)
                .post(pages::problems::import::upload)
                .layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/problems/import/template", get(pages::problems::import::template))
        .route("/problems/import/{id}", get(pages::problems::import::back))
        .route("/problems/board", get(pages::problems::board::board))
        .route("/problems/brief", get(pages::problems::board::brief))
        .route("/problems/departments/{organ}", get(pages::problems::board::department))
        .route("/problems/month", get(pages::problems::figures::month).post(pages::problems::figures::publish))
        .route("/problems/month.csv", get(pages::problems::figures::month_csv))
        .route("/statistics", get(pages::problems::figures::statistics))
        .route("/statistics/{month}/{file}", get(pages::problems::figures::published))
        .route("/problems/catalogue", get(pages::problems::catalogue::show).post(pages::problems::catalogue::end))
        .route("/problems/{number}", get(pages::problems::show))
        .route(
            "/problems/{number}/acts",
            get(pages::problems::acts).post(pages::problems::act).layer(DefaultBodyLimit::max(REPORT)),
        )
        .route("/problems/{number}/open", post(pages::problems::open))
        .route("/problems/{number}/meetings/{id}", get(pages::problems::meeting::show))
        .route("/problems/{number}/files/{document}", get(pages::problems::file))
}

/// The register of measures, for everybody.
fn measures() -> Router<App> {
    Router::new()
        .route("/measures", get(pages::measures::list))
        .route("/measures/check", get(pages::measures::check))
        .route("/measures/{code}", get(pages::measures::show))
        .route("/api/v1/measures", get(api::measures::list))
        .route("/api/v1/measures.csv", get(api::measures::table))
        .route("/api/v1/measures/check", post(api::measures::check))
        .route("/api/v1/measures/{code}", get(api::measures::show))
}

/// The catalogue of services, for everybody.
fn services() -> Router<App> {
    Router::new()
        .route("/services", get(pages::services::list))
        .route("/services.csv", get(pages::services::table))
        .route("/services/{code}", get(pages::services::show))
        .route("/api/v1/services", get(api::services::list))
}

/// The hall: visitors by the secrets of what is theirs, clerks at their desks, the display for everybody.
fn hall() -> Router<App> {
    Router::new()
        .route("/hall", get(pages::hall::start))
        .route("/hall/open", get(pages::hall::open))
        .route("/hall/book", get(pages::hall::booking::form).post(pages::hall::booking::book))
        .route("/hall/appointment/{secret}", get(pages::hall::appointment::show).post(pages::hall::appointment::act))
        .route("/hall/appointment/{secret}/calendar.ics", get(pages::hall::appointment::calendar))
        .route("/hall/ticket", get(pages::hall::ticket::form).post(pages::hall::ticket::draw))
        .route("/hall/ticket/{secret}", get(pages::hall::ticket::show).post(pages::hall::ticket::leave))
        .route("/hall/display", get(pages::hall::display::show))
        .route("/hall/display/stream", get(pages::hall::display::stream))
        .route("/hall/desk", get(pages::hall::desk::choose))
        .route("/hall/desk/{code}", get(pages::hall::desk::show).post(pages::hall::desk::act))
        .route("/hall/day", get(pages::hall::desk::day).post(pages::hall::desk::answer))
        .route("/hall/visit", get(pages::hall::counter::begin_form).post(pages::hall::counter::begin))
        .route("/hall/visit/{id}", get(pages::hall::counter::show).post(pages::hall::counter::act))
        .route("/hall/visit/{id}/papers", post(pages::hall::counter::scan).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/hall/visit/{id}/papers/{service}/{paper}", get(pages::hall::counter::paper))
        .route("/hall/visit/{id}/sheet", get(pages::hall::sheet::print))
        .route("/hall/sheet/{secret}", get(pages::hall::sheet::open))
        .route("/hall/ledger", get(pages::hall::sheet::ledger))
        .route("/hall/consents", get(pages::hall::consent::list).post(pages::hall::consent::refuse))
        .route("/hall/handover", post(pages::hall::consent::offer))
        .route("/help", get(pages::hall::help::own).post(pages::hall::help::ask))
        .route("/help/stream", get(pages::hall::help::own_stream))
        .route("/hall/help", get(pages::hall::help::given).post(pages::hall::help::take))
        .route("/hall/help/{id}", get(pages::hall::help::look).post(pages::hall::help::act))
        .route("/hall/help/{id}/stream", get(pages::hall::help::stream))
        .route("/hall/lock", post(pages::hall::counter::lock))
        .route("/hall/rate/{secret}", get(pages::hall::rating::form).post(pages::hall::rating::rate))
        .route("/hall/ratings", get(pages::hall::rating::list))
}

/// Decision tables: whoever signs in reads what counts; officers change them.
fn tables() -> Router<App> {
    Router::new()
        .route("/tables", get(pages::tables::list))
        .route("/tables/{name}", get(pages::tables::show))
        .route("/tables/{name}/{file}", get(pages::tables::file))
        .route("/tables/{name}/draft", get(pages::tables::draft::form).post(pages::tables::draft::send))
        .route("/tables/{name}/upload", post(pages::tables::draft::upload))
        .route("/tables/changes/{id}", get(pages::tables::change::show).post(pages::tables::change::act))
        .route("/tables/changes/{id}/edit", get(pages::tables::draft::edit).post(pages::tables::draft::send_edit))
        .route("/tables/changes/{id}/upload", post(pages::tables::draft::upload_edit))
}

/// Applications under a measure, and what the measures did.
fn applications() -> Router<App> {
    Router::new()
        .route("/measures/effect", get(pages::applications::effect::show))
        .route("/measures/effect.csv", get(pages::applications::effect::table))
        .route(
            "/measures/{code}/apply",
            get(pages::applications::form).post(pages::applications::apply).layer(DefaultBodyLimit::max(PAPERS)),
        )
        .route("/applications", get(pages::applications::list))
        .route("/applications/{number}", get(pages::applications::show))
        .route("/applications/{number}/acts", post(pages::applications::act).layer(DefaultBodyLimit::max(PAPERS)))
        .route("/applications/{number}/papers/{document}", get(pages::applications::paper))
}

/// Permits of persons.
fn persons() -> Router<App> {
    Router::new()
        .route(
            "/person-permits",
            get(pages::person_permits::list).post(pages::person_permits::apply).layer(DefaultBodyLimit::max(PAPERS)),
        )
        .route("/person-permits/new", get(pages::person_permits::form))
        .route("/person-permits/template", get(pages::person_permits::template))
        .route("/person-permits/lists/{id}", get(pages::person_permits::back))
        .route("/person-permits/{number}", get(pages::person_permits::show))
        .route("/person-permits/{number}/acts", post(pages::person_permits::act).layer(DefaultBodyLimit::max(PAPERS)))
        .route("/person-permits/{number}/papers/{document}", get(pages::person_permits::paper))
        .route("/person-permits/{number}/print", get(pages::person_permits::print))
        .route("/prechecks", get(pages::prechecks::list))
        .route("/calls/{number}/precheck", get(pages::prechecks::show).post(pages::prechecks::act))
        .route(
            "/watch-list",
            get(pages::prechecks::watch).post(pages::prechecks::put_watch).layer(DefaultBodyLimit::max(WATCH_LIST)),
        )
        .route("/gate", get(pages::gate::gate).post(pages::gate::check))
        .route("/gate/pass", post(pages::gate::pass))
        .route("/gate/answer", post(pages::gate::answer))
        .route("/gate/passages", post(pages::gate::passages))
        .route("/gate/list", get(pages::gate::list))
        .route("/gate/aboard", get(pages::gate::aboard))
        .route("/gate/worker.js", get(pages::gate::worker))
}

/// Applications by API.
fn application_systems() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/applications",
            get(api::applications::list).post(api::applications::apply).layer(DefaultBodyLimit::max(PAPERS)),
        )
        .route("/api/v1/applications/{number}", get(api::applications::show))
        .route("/api/v1/applications/{number}/acts", post(api::applications::act))
}

/// Manifests and consignments by API.
fn cargo_systems() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/manifests",
            get(api::cargo::manifests).post(api::cargo::file).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route(
            "/api/v1/manifests/{number}",
            get(api::cargo::manifest).put(api::cargo::amend).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/api/v1/manifests/{number}/acts", post(api::cargo::act_on_manifest))
        .route("/api/v1/consignments", get(api::cargo::consignments))
        .route("/api/v1/consignments/{number}", get(api::cargo::consignment))
        .route("/api/v1/consignments/{number}/acts", post(api::cargo::act_on_consignment))
}

/// Permits of persons and gates by API.
fn person_systems() -> Router<App> {
    Router::new()
        .route("/api/v1/person-permits", get(api::person_permits::list).post(api::person_permits::apply))
        .route("/api/v1/person-permits/{number}", get(api::person_permits::show))
        .route("/api/v1/person-permits/{number}/acts", post(api::person_permits::act))
        .route("/api/v1/gate/check", post(api::person_permits::check))
        .route("/api/v1/gate/passages", post(api::person_permits::passages))
        .route("/api/v1/gate/list", get(api::person_permits::gate_list))
        .route("/api/v1/calls/{number}/precheck", get(api::prechecks::show).post(api::prechecks::act))
        .route("/api/v1/crew-cases", get(api::crew_cases::list).post(api::crew_cases::file))
        .route("/api/v1/crew-cases/{number}", get(api::crew_cases::show))
        .route("/api/v1/crew-cases/{number}/acts", post(api::crew_cases::act))
}

/// Crew cases.
fn crew_cases() -> Router<App> {
    Router::new()
        .route(
            "/crew-cases",
            get(pages::crew_cases::list).post(pages::crew_cases::file).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/crew-cases/new", get(pages::crew_cases::form))
        .route("/crew-cases/template", get(pages::crew_cases::template))
        .route("/crew-cases/{number}", get(pages::crew_cases::show))
        .route("/crew-cases/{number}/acts", post(pages::crew_cases::act).layer(DefaultBodyLimit::max(UPLOAD)))
}

/// Declarations of goods, and customs' queue.
fn declarations() -> Router<App> {
    let papers = || DefaultBodyLimit::max(PAPERS);
    Router::new()
        .route("/declarations", get(pages::declarations::list))
        .route("/declarations/queue", get(pages::declarations::queue))
        .route(
            "/declarations/payments",
            get(pages::declarations::payments)
                .post(pages::declarations::record_payments)
                .layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route(
            "/declarations/licences",
            get(pages::declarations::licences::list).post(pages::declarations::licences::set),
        )
        .route("/declarations/new", get(pages::declarations::form).post(pages::declarations::declare))
        .route("/declarations/template", get(pages::declarations::template))
        .route("/declarations/upload", post(pages::declarations::upload).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/declarations/{number}", get(pages::declarations::show))
        .route("/declarations/{number}/acts", post(pages::declarations::act).layer(papers()))
        .route("/declarations/{number}/amend", get(pages::declarations::amend_form).post(pages::declarations::amend))
        .route("/declarations/{number}/notices", get(pages::declarations::notices))
        .route("/declarations/{number}/papers/{document}", get(pages::declarations::paper))
        .route("/declarations/{number}/claim/{how}", post(pages::declarations::claim))
}

/// Consignments on their way.
fn cargo() -> Router<App> {
    Router::new()
        .route("/manifests", get(pages::manifests::list))
        .route("/manifests/template", get(pages::manifests::template))
        .route(
            "/manifests/new",
            get(pages::manifests::form).post(pages::manifests::file).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/manifests/{number}", get(pages::manifests::show))
        .route("/manifests/{number}/amend", post(pages::manifests::amend).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/manifests/{number}/acts", post(pages::manifests::act))
        .route("/consignments", get(pages::consignments::list))
        .route("/consignments/look", post(pages::consignments::look))
        .route("/consignments/{number}", get(pages::consignments::show))
        .route("/consignments/{number}/acts", post(pages::consignments::act))
}

/// Flights, and the airport's board.
fn flights() -> Router<App> {
    Router::new()
        .route("/flights", get(pages::flights::list))
        .route("/flights/board", get(pages::flights::board))
        .route("/flights/new", get(pages::flights::form).post(pages::flights::announce))
        .route("/flights/read", post(pages::flights::read).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/flights/{number}", get(pages::flights::show))
        .route("/flights/{number}/acts", post(pages::flights::act))
        .route("/flights/{number}/upload", post(pages::flights::upload).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/flights/{number}/{formality}/draft", post(pages::flights::save_draft))
        .route("/flights/{number}/{formality}/edit", get(pages::flights::edit).post(pages::flights::file))
}

/// Flights by API.
fn flight_systems() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/declarations",
            get(api::declarations::list).post(api::declarations::send).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/api/v1/declarations/upload", post(api::declarations::send).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/api/v1/declarations/{number}", get(api::declarations::show))
        .route("/api/v1/declarations/{number}/notices", get(api::declarations::notices))
        .route("/api/v1/declarations/{number}/acts", post(api::declarations::act).layer(DefaultBodyLimit::max(PAPERS)))
        .route("/api/v1/movements", post(api::declarations::movement))
        .route("/api/v1/payments", post(api::declarations::payments).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/api/v1/licences", get(api::licences::list))
        .route("/api/v1/licences/{kind}/{number}", put(api::licences::set))
        .route("/api/v1/guarantees", get(api::declarations::guarantees))
        .route("/api/v1/guarantees/{code}", put(api::declarations::set_guarantee))
        .route("/api/v1/flights", get(api::flights::list).post(api::flights::announce))
        .route("/api/v1/flights/{number}", get(api::flights::show))
        .route("/api/v1/flights/{number}/acts", post(api::flights::act))
        .route("/api/v1/flights/{number}/upload", post(api::flights::upload).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/api/v1/flights/{number}/formalities/{code}", get(api::flights::read_filing).put(api::flights::file))
}

/// What people are told, and by which way.
fn told() -> Router<App> {
    Router::new()
        .route("/notices", get(pages::notices::list).post(pages::notices::read))
        .route("/notices/ways", get(pages::notices::ways).post(pages::notices::change))
        .route("/notices/{id}", get(pages::notices::open))
        .route("/deliveries", get(pages::notices::deliveries).post(pages::notices::again))
        .route("/problems/calls", get(pages::problems::calling::list).post(pages::problems::calling::called))
        .route("/problems/ladder", get(pages::problems::calling::ladder).post(pages::problems::calling::keep))
        .route("/problems/{number}/notices/{id}", get(pages::problems::calling::paper))
        .route("/companies/{code}/coordinator", post(pages::companies::name_coordinator))
        .route("/companies/{code}/facts", post(pages::companies::state_of_company))
}

/// Feeds, by a secret in their address.
fn feeds() -> Router<App> {
    Router::new().route("/feeds/{secret}/{feed}", get(feeds::feed))
}

/// The GeoReport v2 interface, for hotlines and their programs; gateways for short messages and chats.
fn open311() -> Router<App> {
    Router::new()
        .route("/open311/discovery.xml", get(api::open311::discovery_xml))
        .route("/open311/discovery.json", get(api::open311::discovery_json))
        .route("/open311/v2/{call}", get(api::open311::read).post(api::open311::send))
        .route("/open311/v2/{call}/{of}", get(api::open311::read_one))
        .route("/webhooks/{gateway}", post(api::webhooks::message))
}

/// Systems: the same rules by API.
fn systems() -> Router<App> {
    Router::new()
        .route("/api/v1/calls", get(api::calls).post(api::new_call))
        .route("/api/v1/calls/{number}", get(api::call))
        .route("/api/v1/calls/{number}/journal", get(api::journal))
        .route("/api/v1/calls/{number}/acts", post(api::act))
        .route("/api/v1/calls/{number}/workbook", get(api::workbook))
        .route("/api/v1/calls/{number}/upload", post(api::upload).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/api/v1/calls/{number}/formalities/{code}", put(api::file).get(api::read_filing))
        .route("/api/v1/calls/{number}/formalities/{code}/original", get(api::original))
        .route("/api/v1/ships/{imo}", get(api::ships::show).put(api::ships::state))
}

/// Problems by API.
fn problem_systems() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/problems",
            get(api::problems::list).post(api::problems::report).layer(DefaultBodyLimit::max(REPORT_IN_BASE64)),
        )
        .route(
            "/api/v1/problems/import",
            get(api::problems::template).post(api::problems::import).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/api/v1/problems/import/{id}", get(api::problems::imported))
        .route("/api/v1/problems/{number}", get(api::problems::show))
        .route(
            "/api/v1/problems/{number}/acts",
            post(api::problems::act).layer(DefaultBodyLimit::max(REPORT_IN_BASE64)),
        )
        .route("/api/v1/problems/{number}/files/{document}", get(api::problems::file))
        .route("/api/v1/problems/{number}/journal", get(api::problems::journal))
}

/// Decision tables by API.
fn table_systems() -> Router<App> {
    Router::new()
        .route("/api/v1/tables", get(api::tables::list))
        .route("/api/v1/tables/{name}", get(api::tables::show))
        .route("/api/v1/tables/{name}/{file}", get(api::tables::file))
        .route("/api/v1/tables/{name}/check", post(api::tables::check))
        .route("/api/v1/tables/{name}/changes", post(api::tables::draft))
        .route("/api/v1/table-changes/{id}", get(api::tables::change).put(api::tables::edit))
        .route("/api/v1/table-changes/{id}/acts", post(api::tables::act))
}

/// Charges and the resumption of work by API.
fn charge_systems() -> Router<App> {
    Router::new()
        .route("/api/v1/charges", get(api::charges::list))
        .route("/api/v1/charges/estimate", post(api::charges::estimate))
        .route("/api/v1/charges/compare", post(api::charges::compare))
        .route("/api/v1/calls/{number}/bill", get(api::charges::bill).put(api::charges::state))
        .route("/api/v1/resumption", get(api::resumption::form).put(api::resumption::answer))
        .route("/api/v1/resumption/figures", get(api::resumption::figures))
        .route("/api/v1/savings", get(api::charges::savings))
        .route("/api/v1/priorities", get(api::priorities::list))
}
