//! The list of routes, read from the page on which every address stands: a new one cannot be forgotten.

/// The routing page of the web crate.
const PAGE: &str = include_str!("../../../web/src/routes.rs");

/// A route and one of its methods.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// `public`, `agent`, `organ` or `systems`.
    pub group: &'static str,
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// The address with its parameters.
    pub path: &'static str,
}

/// Every route with each of its methods.
pub fn all() -> Vec<Route> {
    let mut routes = Vec::new();
    for part in PAGE.split("\nfn ").skip(1) {
        let group = &part[..part.find('(').expect("a function")];
        for route in part.split(".route(").skip(1) {
            let start = route.find('"').expect("an address") + 1;
            let end = start + route[start..].find('"').expect("an address's end");
            for (method, word) in [("GET", "get("), ("POST", "post("), ("PUT", "put(")] {
                let called = route[end..].match_indices(word);
                let is_word =
                    |at: usize| !route[..end + at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
                if called.into_iter().any(|(at, _)| is_word(at)) {
                    routes.push(Route { group, method, path: &route[start..end] });
                }
            }
        }
    }
    routes
}

#[test]
fn the_page_of_routes_is_read_whole() {
    let routes = all();
    let count = PAGE.matches(".route(").count();
    let mut paths: Vec<_> = routes.iter().map(|route| route.path).collect();
    paths.dedup();
    assert_eq!(paths.len(), count, "each address has at least one method");
    let has = |group, method, path| routes.contains(&Route { group, method, path });
    assert!(has("agent", "POST", "/calls/{number}/upload") && has("agent", "GET", "/calls/{number}/upload"));
    assert!(has("systems", "PUT", "/api/v1/calls/{number}/formalities/{code}"));
    assert!(has("public", "GET", "/sign-in") && has("organ", "POST", "/queue/claim-next"));
    // Other ways to add an address would slip through this reading.
    assert!(!PAGE.contains(".nest(") && !PAGE.contains("route_service") && !PAGE.contains("MethodRouter"));
    assert!(["delete(", "patch(", "any(", "on("].iter().all(|word| !PAGE.contains(&format!("{word}pages"))));
}
