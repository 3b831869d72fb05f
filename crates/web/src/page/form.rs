//! What a form held.

/// The pairs of a form.
#[derive(Default)]
pub struct Form {
    /// In their order.
    pub pairs: Vec<(String, String)>,
}

impl Form {
    /// The value of a name, empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(of, _)| of == name).map(|(_, value)| value.clone()).collect()
    }

    /// The key under which a repeated form is the same.
    pub fn key(&self) -> Option<String> {
        Some(self.get("key").to_owned()).filter(|key| !key.is_empty())
    }

    /// Text in both languages: what a person typed counts for both until the other is given.
    pub fn text(&self, name: &str) -> domain::Text {
        let words = self.get(name).trim();
        domain::Text::new(words, words)
    }
}
