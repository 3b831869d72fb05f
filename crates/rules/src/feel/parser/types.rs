//! Names of types, as `instance of` and parameters write them (DMN 1.5, rule 52).

use std::collections::BTreeMap;

use super::{Parser, SyntaxError, Token};
use crate::feel::Type;

impl Parser<'_> {
    pub(super) fn type_name(&mut self) -> Result<Type, SyntaxError> {
        self.depth += 1;
        if self.depth > super::DEPTH {
            return Err(self.fault());
        }
        let place = self.place();
        let Token::Name(mut name) = self.peek().clone() else { return Err(self.fault()) };
        self.advance();
        // `feel:string` and names of types that another model brings.
        while let Some(mark) = [".", ":"].into_iter().find(|mark| *self.peek() == Token::Sign(mark)) {
            self.take(mark);
            let Token::Name(rest) = self.peek().clone() else { return Err(self.fault()) };
            self.advance();
            name = if mark == ":" { rest } else { format!("{name}.{rest}") };
        }
        let kind = match name.as_str() {
            "list" if self.take("<") => Type::List(self.closed(Self::type_name)?.into()),
            "range" if self.take("<") => Type::Range(self.closed(Self::type_name)?.into()),
            "context" if self.take("<") => Type::Map(self.members()?),
            "function" if self.take("<") => self.function_type()?,
            _ => match self.vocabulary.types.and_then(|types| types.get(&name)) {
                Some(kind) => kind.clone(),
                None => Type::from_word(&name).ok_or_else(|| SyntaxError {
                    at: place,
                    zh: format!("没有类型“{name}”"),
                    en: format!("there is no type “{name}”"),
                })?,
            },
        };
        self.depth -= 1;
        Ok(kind)
    }

    fn closed<T>(&mut self, read: fn(&mut Self) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        let inner = read(self)?;
        self.sign(">")?;
        Ok(inner)
    }

    fn members(&mut self) -> Result<BTreeMap<String, Type>, SyntaxError> {
        let mut members = BTreeMap::new();
        loop {
            let Token::Name(name) = self.peek().clone() else { return Err(self.fault()) };
            self.advance();
            self.sign(":")?;
            members.insert(name, self.type_name()?);
            if !self.take(",") {
                self.sign(">")?;
                return Ok(members);
            }
        }
    }

    /// `function<number, string> -> boolean`, after its `<`.
    fn function_type(&mut self) -> Result<Type, SyntaxError> {
        let mut parameters = Vec::new();
        while !self.take(">") {
            if !parameters.is_empty() {
                self.sign(",")?;
            }
            parameters.push(self.type_name()?);
        }
        self.sign("->")?;
        Ok(Type::Function(Some(parameters), self.type_name()?.into()))
    }
}
