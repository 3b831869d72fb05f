//! Text to expressions, by precedence as DMN 1.5, 10.3.1.2 lists it.

mod primary;
mod types;

use std::sync::LazyLock;

use super::{
    Comparison, Expr, Operator, SyntaxError, Test, Tests, Types, arithmetic, builtins,
    lexer::{self, Token},
};

/// How deeply brackets may nest: far beyond what anyone reads, and within any thread's stack.
const DEPTH: usize = 48;

/// What a text may speak of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vocabulary<'v> {
    /// Names whose spelling holds more than letters, digits and `_`, and names that are functions.
    pub names: &'v [&'v str],
    /// Types that have a name.
    pub types: Option<&'v Types>,
    /// The standard's dialect: a call of what nobody knows is null.
    pub strict: bool,
}

/// Reads an expression in the house's dialect. `names` are the names it may use whose spelling holds more than letters,
/// digits and `_`.
pub fn parse_expression(text: &str, names: &[&str]) -> Result<Expr, SyntaxError> {
    Vocabulary { names, ..Default::default() }.expression(text)
}

/// Reads the content of an input cell in the house's dialect: unary tests (DMN 1.5, rules 7 to 17 of 9.2).
pub fn parse_tests(text: &str, names: &[&str]) -> Result<Tests, SyntaxError> {
    Vocabulary { names, ..Default::default() }.tests(text)
}

impl Vocabulary<'_> {
    /// Reads an expression.
    pub fn expression(&self, text: &str) -> Result<Expr, SyntaxError> {
        let mut parser = Parser::new(text, self);
        let expr = parser.expression()?;
        parser.end()?;
        Ok(expr)
    }

    /// Reads the content of an input cell.
    pub fn tests(&self, text: &str) -> Result<Tests, SyntaxError> {
        if text.trim() == "-" {
            return Ok(Tests::Any);
        }
        let mut parser = Parser::new(text, self);
        if let Some(tests) = parser.attempt(|parser| {
            parser.word("not")?;
            parser.sign("(")?;
            let tests = parser.test_list()?;
            parser.sign(")")?;
            parser.end()?;
            Ok(tests)
        }) {
            return Ok(Tests::Not(tests));
        }
        let tests = parser.test_list()?;
        parser.end()?;
        Ok(Tests::Some(tests))
    }

    /// Reads the name of a type, as `typeRef`s write it too.
    pub fn type_name(&self, text: &str) -> Result<super::Type, SyntaxError> {
        let mut parser = Parser::new(text, self);
        let kind = parser.type_name()?;
        parser.end()?;
        Ok(kind)
    }
}

struct Parser<'t> {
    text: &'t str,
    vocabulary: &'t Vocabulary<'t>,
    /// Names that are known beside the house's, the longest first; an expression makes more known as it goes.
    names: Vec<String>,
    /// Where the next token is looked for.
    at: usize,
    /// The next token: where it begins, itself, where it ends.
    ahead: (usize, Token, usize),
    /// Where the token that was taken last began.
    before: usize,
    depth: usize,
    /// Speculation multiplies work at each nested bracket; this bounds all of it together.
    steps: usize,
}

fn longest_first(left: &String, right: &String) -> std::cmp::Ordering {
    right.len().cmp(&left.len()).then_with(|| left.cmp(right))
}

/// Names that the language itself has and that hold spaces, the longest first.
pub(super) static LANGUAGE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = builtins::spaced_names().chain(SPACED).map(str::to_owned).collect();
    names.sort_by(longest_first);
    names
});

/// Names of parts and types that hold spaces and are no functions.
const SPACED: [&str; 4] = ["time offset", "start included", "end included", "days and time duration"];

impl<'t> Parser<'t> {
    fn new(text: &'t str, vocabulary: &'t Vocabulary<'t>) -> Self {
        let own = vocabulary.names.iter().map(|name| lexer::normal(name));
        let types = vocabulary.types.into_iter().flat_map(|types| types.keys()).map(|name| lexer::normal(name));
        let mut names: Vec<String> = own.chain(types).filter(|name| !name.is_empty()).collect();
        names.sort_by(longest_first);
        names.dedup();
        let ahead = lexer::token(text, 0, [&names, &LANGUAGE]);
        Parser { text, vocabulary, names, at: 0, ahead, before: 0, depth: 0, steps: 20_000 }
    }

    /// Makes a name known from here on.
    fn learn(&mut self, name: &str) {
        if !self.names.iter().any(|known| known == name) {
            let place = self.names.partition_point(|known| known.len() >= name.len());
            self.names.insert(place, name.to_owned());
            self.ahead = lexer::token(self.text, self.at, [&self.names, &LANGUAGE]);
        }
    }

    fn test_list(&mut self) -> Result<Vec<Test>, SyntaxError> {
        let mut tests = vec![self.test()?];
        while self.take(",") {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    fn test(&mut self) -> Result<Test, SyntaxError> {
        if let Some(comparison) = self.comparison() {
            return Ok(Test::Compare(comparison, self.additive()?));
        }
        Ok(as_test(self.expression()?))
    }

    fn expression(&mut self) -> Result<Expr, SyntaxError> {
        self.depth += 1;
        self.steps = self.steps.saturating_sub(1);
        if self.depth > DEPTH || self.steps == 0 {
            return Err(SyntaxError {
                at: self.place(),
                zh: "表达式嵌套过深".into(),
                en: "the expression nests too deeply".into(),
            });
        }
        let expr = match self.peek() {
            Token::Name(name) => match name.as_str() {
                "if" => self.conditional(),
                "for" => self.iteration(),
                "some" | "every" => self.quantified(),
                "function" => self.definition(),
                _ => self.disjunction(),
            },
            _ => self.disjunction(),
        };
        self.depth -= 1;
        expr
    }

    fn disjunction(&mut self) -> Result<Expr, SyntaxError> {
        let mut left = self.conjunction()?;
        while self.take_word("or") {
            left = self.joined(Expr::Or, left, Self::conjunction)?;
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expr, SyntaxError> {
        let mut left = self.relation()?;
        while self.take_word("and") {
            left = self.joined(Expr::And, left, Self::relation)?;
        }
        Ok(left)
    }

    fn joined(
        &mut self,
        join: fn(Box<Expr>, Box<Expr>) -> Expr,
        left: Expr,
        right: fn(&mut Self) -> Result<Expr, SyntaxError>,
    ) -> Result<Expr, SyntaxError> {
        self.lengthen()?;
        Ok(join(left.into(), right(self)?.into()))
    }

    fn relation(&mut self) -> Result<Expr, SyntaxError> {
        let mut left = self.additive()?;
        loop {
            if let Some(comparison) = self.comparison() {
                self.lengthen()?;
                left = Expr::Compare(comparison, left.into(), self.additive()?.into());
            } else if self.take_word("between") {
                let low = self.additive()?;
                self.word("and")?;
                left = Expr::In(left.into(), vec![Test::Range(low, true, self.additive()?, true)]);
            } else if self.take_word("in") {
                left = Expr::In(left.into(), self.in_tests()?);
            } else if self.take_word("instance") {
                self.word("of")?;
                left = Expr::InstanceOf(left.into(), self.type_name()?);
            } else {
                return Ok(left);
            }
        }
    }

    /// `in (1, > 5)`, `in (1..5)`, `in [1..5]`, `in > 5`, `in list`.
    fn in_tests(&mut self) -> Result<Vec<Test>, SyntaxError> {
        let listed = self.attempt(|parser| {
            parser.sign("(")?;
            let tests = parser.test_list()?;
            parser.sign(")")?;
            Ok(tests)
        });
        match listed {
            Some(tests) => Ok(tests),
            None => match self.comparison() {
                Some(comparison) => Ok(vec![Test::Compare(comparison, self.additive()?)]),
                None => Ok(vec![as_test(self.additive()?)]),
            },
        }
    }

    fn additive(&mut self) -> Result<Expr, SyntaxError> {
        self.chain(&[("+", Operator::Add), ("-", Operator::Subtract)], Self::multiplicative)
    }

    fn multiplicative(&mut self) -> Result<Expr, SyntaxError> {
        self.chain(&[("*", Operator::Multiply), ("/", Operator::Divide)], Self::power)
    }

    fn power(&mut self) -> Result<Expr, SyntaxError> {
        self.chain(&[("**", Operator::Power)], Self::negation)
    }

    fn chain(
        &mut self,
        signs: &[(&'static str, Operator)],
        operand: fn(&mut Self) -> Result<Expr, SyntaxError>,
    ) -> Result<Expr, SyntaxError> {
        let strict = self.vocabulary.strict;
        let mut left = operand(self)?;
        while let Some((_, operator)) = signs.iter().find(|(sign, _)| *self.peek() == Token::Sign(sign)) {
            self.advance();
            self.lengthen()?;
            left = match (left, operand(self)?) {
                (Expr::Const(left), Expr::Const(right)) => {
                    Expr::Const(arithmetic::calculate(*operator, &left, &right, strict))
                }
                (left, right) => Expr::Arithmetic(*operator, left.into(), right.into()),
            };
        }
        Ok(left)
    }

    /// A long chain makes a deep tree on its left; its length is bounded as nesting is.
    fn lengthen(&mut self) -> Result<(), SyntaxError> {
        self.steps = self.steps.saturating_sub(40);
        if self.steps == 0 {
            return Err(SyntaxError {
                at: self.place(),
                zh: "表达式过长".into(),
                en: "the expression is too long".into(),
            });
        }
        Ok(())
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.peek() {
            Token::Sign("=") => Comparison::Equal,
            Token::Sign("!=") => Comparison::NotEqual,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    /// Tries a reading and goes back when it fails.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Option<T> {
        let (at, ahead, before, depth) = (self.at, self.ahead.clone(), self.before, self.depth);
        let result = read(self).ok();
        if result.is_none() {
            (self.at, self.ahead, self.before, self.depth) = (at, ahead, before, depth);
        }
        result
    }

    fn peek(&self) -> &Token {
        &self.ahead.1
    }

    /// Takes the next token.
    fn advance(&mut self) -> Token {
        self.before = self.ahead.0;
        self.at = self.ahead.2;
        let next = lexer::token(self.text, self.at, [&self.names, &LANGUAGE]);
        std::mem::replace(&mut self.ahead, next).1
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let found = *self.peek() == Token::Sign(sign);
        if found {
            self.advance();
        }
        found
    }

    fn sign(&mut self, sign: &'static str) -> Result<(), SyntaxError> {
        if self.take(sign) { Ok(()) } else { Err(self.expected(sign)) }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(name) if name == word);
        if found {
            self.advance();
        }
        found
    }

    fn word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.take_word(word) { Ok(()) } else { Err(self.expected(word)) }
    }

    fn expected(&self, what: &str) -> SyntaxError {
        match self.peek() {
            Token::Fault(error) => error.clone(),
            _ => SyntaxError {
                at: self.place(),
                zh: format!("此处应为“{what}”"),
                en: format!("“{what}” is expected here"),
            },
        }
    }

    fn end(&self) -> Result<(), SyntaxError> {
        if *self.peek() == Token::End { Ok(()) } else { Err(self.fault()) }
    }

    fn place(&self) -> usize {
        self.ahead.0
    }

    /// The next token does not belong there.
    fn fault(&self) -> SyntaxError {
        let at = self.place();
        match self.peek() {
            Token::Fault(error) => error.clone(),
            Token::End => {
                SyntaxError { at, zh: "表达式不完整".into(), en: "the expression is incomplete".into() }
            }
            _ => SyntaxError { at, zh: "此处无法理解".into(), en: "this cannot stand here".into() },
        }
    }
}

/// An expression as a test of a cell.
fn as_test(expr: Expr) -> Test {
    let nothing = |expr: &Expr| matches!(expr, Expr::Const(crate::Value::Null));
    match expr {
        // `(> 5)` is a range without an upper end.
        Expr::Range(low, low_in, high, _) if nothing(&high) && !nothing(&low) => {
            Test::Compare(if low_in { Comparison::GreaterOrEqual } else { Comparison::Greater }, *low)
        }
        Expr::Range(low, _, high, high_in) if nothing(&low) && !nothing(&high) => {
            Test::Compare(if high_in { Comparison::LessOrEqual } else { Comparison::Less }, *high)
        }
        Expr::Range(low, low_in, high, high_in) => Test::Range(*low, low_in, *high, high_in),
        expr if expr.mentions("?") => Test::Condition(expr),
        expr => Test::Value(expr),
    }
}
