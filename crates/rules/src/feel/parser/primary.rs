//! What stands between operators: literals, names, brackets, calls, and the expressions that begin with a word.

use std::sync::Arc;

use super::{Expr, Parser, SyntaxError, Token, builtins, lexer};
use crate::{
    Value,
    feel::{Comparison, Type, function::Definition},
};

impl Parser<'_> {
    pub(super) fn conditional(&mut self) -> Result<Expr, SyntaxError> {
        self.word("if")?;
        let condition = self.expression()?;
        self.word("then")?;
        let yes = self.expression()?;
        self.word("else")?;
        Ok(Expr::If(condition.into(), yes.into(), self.expression()?.into()))
    }

    pub(super) fn quantified(&mut self) -> Result<Expr, SyntaxError> {
        let every = self.advance() == Token::Name("every".into());
        let lists = self.bindings()?;
        self.word("satisfies")?;
        let condition = self.expression()?;
        let nest = |condition: Expr, (name, list): (String, Expr)| {
            Expr::Quantified(every, name, list.into(), condition.into())
        };
        Ok(lists.into_iter().rev().fold(condition, nest))
    }

    pub(super) fn iteration(&mut self) -> Result<Expr, SyntaxError> {
        self.word("for")?;
        let lists = self.bindings()?;
        self.word("return")?;
        Ok(Expr::For(lists, self.expression()?.into()))
    }

    /// `x in list, y in 1..3`.
    fn bindings(&mut self) -> Result<Vec<(String, Expr)>, SyntaxError> {
        let mut bindings = Vec::new();
        loop {
            let name = self.new_name("in")?;
            self.word("in")?;
            let low = self.expression()?;
            let list =
                if self.take("..") { Expr::Range(low.into(), true, self.expression()?.into(), true) } else { low };
            self.learn(&name);
            bindings.push((name, list));
            if !self.take(",") {
                return Ok(bindings);
            }
        }
    }

    /// A name that nobody need know yet, up to a word or sign.
    fn new_name(&mut self, end: &str) -> Result<String, SyntaxError> {
        let start = self.place();
        while !matches!(self.peek(), Token::Name(word) if word == end) && *self.peek() != Token::Sign(":") {
            match self.peek() {
                Token::Name(_) | Token::Sign("-" | "+" | "/" | "*" | "." | "**") => self.advance(),
                Token::Literal(Value::Number(_)) if self.place() > start => self.advance(),
                Token::Sign("," | ")") if self.place() > start => break,
                _ => return Err(self.fault()),
            };
        }
        let name = lexer::normal(&self.text[start..self.place()]);
        if name.is_empty() { Err(self.fault()) } else { Ok(name) }
    }

    /// `function(a, b: number) a + b`.
    pub(super) fn definition(&mut self) -> Result<Expr, SyntaxError> {
        self.word("function")?;
        self.sign("(")?;
        let mut parameters = Vec::new();
        while !self.take(")") {
            if !parameters.is_empty() {
                self.sign(",")?;
            }
            let name = self.new_name(")")?;
            let kind = if self.take(":") { self.type_name()? } else { Type::Any };
            parameters.push((name, kind));
        }
        let result = if self.take(":") { self.type_name()? } else { Type::Any };
        parameters.iter().for_each(|(name, _)| self.learn(name));
        let external = self.take_word("external");
        let body = self.expression()?;
        // Code of other languages is not run.
        let body = if external { Expr::Const(Value::Null) } else { body };
        Ok(Expr::Definition(Arc::new(Definition { parameters, body, result })))
    }

    pub(super) fn negation(&mut self) -> Result<Expr, SyntaxError> {
        let mut minus = 0;
        while self.take("-") {
            minus += 1;
        }
        let operand = self.postfix()?;
        Ok(match (minus % 2, minus, operand) {
            (_, 0, operand) => operand,
            (1, _, Expr::Const(Value::Number(number))) => Expr::Const(Value::Number(-number)),
            (1, _, operand) => Expr::Minus(operand.into()),
            // Twice negated is only the same where it is a number at all.
            (_, _, operand) => Expr::Minus(Expr::Minus(operand.into()).into()),
        })
    }

    fn postfix(&mut self) -> Result<Expr, SyntaxError> {
        let mut expr = self.primary()?;
        loop {
            if self.take(".") {
                self.lengthen()?;
                let Token::Name(member) = self.peek().clone() else { return Err(self.fault()) };
                self.advance();
                expr = Expr::Member(expr.into(), member);
            } else if *self.peek() == Token::Sign("[") {
                let filter = self.attempt(|parser| {
                    parser.sign("[")?;
                    parser.lengthen()?;
                    let filter = parser.expression()?;
                    parser.sign("]")?;
                    Ok(filter)
                });
                // Otherwise the bracket closes a range from outside, as in `]1..5[`.
                let Some(filter) = filter else { return Ok(expr) };
                expr = Expr::Filter(expr.into(), filter.into());
            } else if *self.peek() == Token::Sign("(") && !matches!(expr, Expr::Const(_)) {
                self.lengthen()?;
                expr = Expr::Invoke(expr.into(), self.arguments()?);
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, SyntaxError> {
        let place = self.place();
        match self.peek().clone() {
            Token::Literal(value) => {
                self.advance();
                Ok(Expr::Const(value))
            }
            Token::Sign("?") => {
                self.advance();
                Ok(Expr::Name("?".into()))
            }
            Token::Sign("(") => self.bracket(),
            Token::Sign("[") => self.list(),
            Token::Sign("]") => {
                self.advance();
                let low = self.additive()?;
                self.sign("..")?;
                self.range_end(low, false)
            }
            Token::Sign("{") => self.context(),
            Token::Name(name) => self.named(&name, place),
            _ => Err(self.fault()),
        }
    }

    fn named(&mut self, name: &str, place: usize) -> Result<Expr, SyntaxError> {
        match name {
            "and" | "or" | "then" | "else" | "in" | "between" | "satisfies" | "return" | "if" | "some" | "every"
            | "for" => return Err(self.fault()),
            "function" => return self.definition(),
            _ => {}
        }
        self.advance();
        Ok(match name {
            "true" => Expr::Const(Value::Bool(true)),
            "false" => Expr::Const(Value::Bool(false)),
            "null" => Expr::Const(Value::Null),
            _ if *self.peek() == Token::Sign("(") => self.call(name, place)?,
            _ => Expr::Name(name.to_owned()),
        })
    }

    /// `(a)`, `(1..5]`, `(> 5)`.
    fn bracket(&mut self) -> Result<Expr, SyntaxError> {
        self.sign("(")?;
        if let Some(comparison) = self.comparison() {
            let end: Box<Expr> = self.additive()?.into();
            self.sign(")")?;
            let nothing = Box::new(Expr::Const(Value::Null));
            return Ok(match comparison {
                Comparison::Less => Expr::Range(nothing, false, end, false),
                Comparison::LessOrEqual => Expr::Range(nothing, false, end, true),
                Comparison::Greater => Expr::Range(end, false, nothing, false),
                Comparison::GreaterOrEqual => Expr::Range(end, true, nothing, false),
                Comparison::Equal => Expr::Range(end.clone(), true, end, true),
                Comparison::NotEqual => return Err(self.fault()),
            });
        }
        let expr = self.expression()?;
        if self.take("..") {
            return self.range_end(expr, false);
        }
        self.sign(")")?;
        Ok(expr)
    }

    /// `[a, b]`, `[1..5)`.
    fn list(&mut self) -> Result<Expr, SyntaxError> {
        self.sign("[")?;
        if self.take("]") {
            return Ok(Expr::Const(Value::List(Vec::new())));
        }
        let first = self.expression()?;
        if self.take("..") {
            return self.range_end(first, true);
        }
        let mut items = vec![first];
        while self.take(",") {
            items.push(self.expression()?);
        }
        self.sign("]")?;
        Ok(constant_list(&items).map_or(Expr::List(items), Expr::Const))
    }

    fn range_end(&mut self, low: Expr, low_in: bool) -> Result<Expr, SyntaxError> {
        let high = self.additive()?;
        let high_in = match self.peek() {
            Token::Sign("]") => true,
            Token::Sign(")" | "[") => false,
            _ => return Err(self.fault()),
        };
        self.advance();
        Ok(Expr::Range(low.into(), low_in, high.into(), high_in))
    }

    /// `{name: a, "other name": b}`.
    fn context(&mut self) -> Result<Expr, SyntaxError> {
        self.sign("{")?;
        let mut members: Vec<(String, Expr)> = Vec::new();
        while !self.take("}") {
            if !members.is_empty() {
                self.sign(",")?;
            }
            let name = match self.peek().clone() {
                Token::Literal(Value::Text(name)) => {
                    self.advance();
                    name
                }
                _ => self.new_name(":")?,
            };
            if members.iter().any(|(other, _)| *other == name) {
                return Err(SyntaxError {
                    at: self.before,
                    zh: format!("“{name}”出现了两次"),
                    en: format!("“{name}” stands here twice"),
                });
            }
            self.sign(":")?;
            let member = self.expression()?;
            if !name.is_empty() {
                self.learn(&name);
            }
            members.push((name, member));
        }
        Ok(Expr::Map(members))
    }

    fn call(&mut self, name: &str, place: usize) -> Result<Expr, SyntaxError> {
        // What the model or the expression itself names goes before the language's own functions.
        let own = self.vocabulary.names.contains(&name)
            || !builtins::knows(name) && self.names.iter().any(|known| known == name);
        let arguments = self.arguments()?;
        if own || (self.vocabulary.strict && !builtins::knows(name)) {
            return Ok(Expr::Invoke(Expr::Name(name.to_owned()).into(), arguments));
        }
        builtins::call(name, arguments, self.vocabulary.strict).map_err(|(zh, en)| SyntaxError { at: place, zh, en })
    }

    /// `(a, b)` or `(name: a, other: b)`.
    fn arguments(&mut self) -> Result<Vec<(Option<String>, Expr)>, SyntaxError> {
        self.sign("(")?;
        let mut arguments = Vec::new();
        while !self.take(")") {
            if !arguments.is_empty() {
                self.sign(",")?;
            }
            let name = self.attempt(|parser| {
                let name = parser.new_name(":")?;
                parser.sign(":")?;
                Ok(name)
            });
            arguments.push((name, self.expression()?));
        }
        if arguments.iter().any(|(name, _)| name.is_some()) && arguments.iter().any(|(name, _)| name.is_none()) {
            return Err(SyntaxError {
                at: self.before,
                zh: "参数要么都按名称，要么都按位置".into(),
                en: "arguments are given all by name or all by position".into(),
            });
        }
        Ok(arguments)
    }
}

fn constant_list(items: &[Expr]) -> Option<Value> {
    let values = items.iter().map(|item| match item {
        Expr::Const(value) => Some(value.clone()),
        _ => None,
    });
    values.collect::<Option<Vec<_>>>().map(Value::List)
}
