//! Tokens to expressions, by precedence as DMN 1.5, 10.3.1.2 lists it.

use super::{
    Comparison, Expr, Operator, SyntaxError, Test, Tests, arithmetic, builtins,
    lexer::{self, Token},
};
use crate::Value;

/// How deeply brackets may nest: far beyond what anyone reads, and within any thread's stack.
const DEPTH: usize = 48;

/// Reads an expression. `names` are the names it may use whose spelling holds more than letters, digits and `_`.
pub fn parse_expression(text: &str, names: &[&str]) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text, names)?;
    let expr = parser.expression()?;
    parser.end()?;
    Ok(expr)
}

/// Reads the content of an input cell: unary tests (DMN 1.5, rules 7 to 17 of 9.2).
pub fn parse_tests(text: &str, names: &[&str]) -> Result<Tests, SyntaxError> {
    if text.trim() == "-" {
        return Ok(Tests::Any);
    }
    let mut parser = Parser::new(text, names)?;
    if let Some(tests) = parser.attempt(|parser| {
        parser.word("not")?;
        parser.sign("(")?;
        let tests = parser.tests()?;
        parser.sign(")")?;
        parser.end()?;
        Ok(tests)
    }) {
        return Ok(Tests::Not(tests));
    }
    let tests = parser.tests()?;
    parser.end()?;
    Ok(Tests::Some(tests))
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
    /// Speculation multiplies work at each nested bracket; this bounds all of it together.
    steps: usize,
}

impl Parser {
    fn new(text: &str, names: &[&str]) -> Result<Self, SyntaxError> {
        let mut known: Vec<&str> = names.to_vec();
        for name in builtins::spaced_names() {
            known.push(name);
        }
        known.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Ok(Parser { tokens: lexer::tokens(text, &known)?, at: 0, depth: 0, steps: 20_000 })
    }

    fn tests(&mut self) -> Result<Vec<Test>, SyntaxError> {
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
        if let Some(range) = self.attempt(Self::range) {
            return Ok(range);
        }
        let expr = self.expression()?;
        Ok(if mentions_item(&expr) { Test::Condition(expr) } else { Test::Value(expr) })
    }

    fn range(&mut self) -> Result<Test, SyntaxError> {
        let low_in = match self.next() {
            Token::Sign("[") => true,
            Token::Sign("(" | "]") => false,
            _ => return Err(self.fault()),
        };
        let low = self.additive()?;
        self.sign("..")?;
        let high = self.additive()?;
        let high_in = match self.next() {
            Token::Sign("]") => true,
            Token::Sign(")" | "[") => false,
            _ => return Err(self.fault()),
        };
        Ok(Test::Range(low, low_in, high, high_in))
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
            Token::Name(name) if name == "if" => self.conditional(),
            Token::Name(name) if name == "some" || name == "every" => self.quantified(),
            _ => self.disjunction(),
        };
        self.depth -= 1;
        expr
    }

    fn conditional(&mut self) -> Result<Expr, SyntaxError> {
        self.word("if")?;
        let condition = self.expression()?;
        self.word("then")?;
        let yes = self.expression()?;
        self.word("else")?;
        Ok(Expr::If(condition.into(), yes.into(), self.expression()?.into()))
    }

    fn quantified(&mut self) -> Result<Expr, SyntaxError> {
        let every = self.next() == Token::Name("every".into());
        let Token::Name(name) = self.next() else { return Err(self.fault()) };
        self.word("in")?;
        let list = self.expression()?;
        self.word("satisfies")?;
        Ok(Expr::Quantified(every, name, list.into(), self.expression()?.into()))
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
        let left = self.additive()?;
        if let Some(comparison) = self.comparison() {
            return Ok(Expr::Compare(comparison, left.into(), self.additive()?.into()));
        }
        if self.take_word("between") {
            let low = self.additive()?;
            self.word("and")?;
            return Ok(Expr::In(left.into(), vec![Test::Range(low, true, self.additive()?, true)]));
        }
        if self.take_word("in") {
            return Ok(Expr::In(left.into(), self.in_tests()?));
        }
        Ok(left)
    }

    fn in_tests(&mut self) -> Result<Vec<Test>, SyntaxError> {
        if let Some(range) = self.attempt(Self::range) {
            return Ok(vec![range]);
        }
        let listed = self.attempt(|parser| {
            parser.sign("(")?;
            let tests = parser.tests()?;
            parser.sign(")")?;
            Ok(tests)
        });
        match listed {
            Some(tests) => Ok(tests),
            None => match self.comparison() {
                Some(comparison) => Ok(vec![Test::Compare(comparison, self.additive()?)]),
                None => Ok(vec![Test::Value(self.additive()?)]),
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
        let mut left = operand(self)?;
        while let Some((_, operator)) = signs.iter().find(|(sign, _)| *self.peek() == Token::Sign(sign)) {
            self.at += 1;
            self.lengthen()?;
            left = match (left, operand(self)?) {
                (Expr::Const(left), Expr::Const(right)) => Expr::Const(arithmetic::calculate(*operator, &left, &right)),
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

    fn negation(&mut self) -> Result<Expr, SyntaxError> {
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
                let Token::Name(member) = self.next() else { return Err(self.fault()) };
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
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, SyntaxError> {
        match self.next() {
            Token::Literal(value) => Ok(Expr::Const(value)),
            Token::Sign("?") => Ok(Expr::Name("?".into())),
            Token::Sign("(") => {
                let expr = self.expression()?;
                self.sign(")")?;
                Ok(expr)
            }
            Token::Sign("[") => {
                let items = self.until("]")?;
                Ok(constant_list(&items).map_or(Expr::List(items), Expr::Const))
            }
            Token::Name(name) => match name.as_str() {
                "true" => Ok(Expr::Const(Value::Bool(true))),
                "false" => Ok(Expr::Const(Value::Bool(false))),
                "null" => Ok(Expr::Const(Value::Null)),
                "and" | "or" | "then" | "else" | "in" | "between" | "satisfies" | "if" | "some" | "every" => {
                    Err(self.fault())
                }
                _ if *self.peek() == Token::Sign("(") => self.call(&name),
                _ => Ok(Expr::Name(name)),
            },
            _ => Err(self.fault()),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expr, SyntaxError> {
        let place = self.tokens[self.at - 1].0;
        self.sign("(")?;
        let arguments = self.until(")")?;
        builtins::call(name, arguments).map_err(|(zh, en)| SyntaxError { at: place, zh, en })
    }

    fn until(&mut self, end: &'static str) -> Result<Vec<Expr>, SyntaxError> {
        let mut items = Vec::new();
        if self.take(end) {
            return Ok(items);
        }
        loop {
            items.push(self.expression()?);
            if self.take(end) {
                return Ok(items);
            }
            self.sign(",")?;
        }
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
        self.at += 1;
        Some(comparison)
    }

    /// Tries a reading and goes back when it fails.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Option<T> {
        let (at, depth) = (self.at, self.depth);
        let result = read(self).ok();
        if result.is_none() {
            (self.at, self.depth) = (at, depth);
        }
        result
    }

    fn peek(&self) -> &Token {
        // The list of tokens always closes with an end.
        self.tokens.get(self.at).map_or(&Token::End, |(_, token)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let found = *self.peek() == Token::Sign(sign);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &'static str) -> Result<(), SyntaxError> {
        if self.take(sign) {
            return Ok(());
        }
        Err(SyntaxError {
            at: self.place(), zh: format!("此处应为“{sign}”"), en: format!("“{sign}” is expected here")
        })
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(name) if name == word);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.take_word(word) {
            return Ok(());
        }
        Err(SyntaxError {
            at: self.place(), zh: format!("此处应为“{word}”"), en: format!("“{word}” is expected here")
        })
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        if *self.peek() == Token::End {
            Ok(())
        } else {
            self.at += 1;
            Err(self.fault())
        }
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |(place, _)| *place)
    }

    /// The token that was just taken does not belong there.
    fn fault(&mut self) -> SyntaxError {
        self.at = self.at.saturating_sub(1);
        let at = self.place();
        match self.peek() {
            Token::End => {
                SyntaxError { at, zh: "表达式不完整".into(), en: "the expression is incomplete".into() }
            }
            _ => SyntaxError { at, zh: "此处无法理解".into(), en: "this cannot stand here".into() },
        }
    }
}

fn constant_list(items: &[Expr]) -> Option<Value> {
    let values = items.iter().map(|item| match item {
        Expr::Const(value) => Some(value.clone()),
        _ => None,
    });
    values.collect::<Option<Vec<_>>>().map(Value::List)
}

/// True when an expression speaks of the tested value itself.
fn mentions_item(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit_names(&mut |name| found |= name == "?");
    found
}

impl Expr {
    /// Calls back with every name that the expression takes from its scope, also with `?`.
    pub fn visit_names(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Expr::Const(_) => {}
            Expr::Name(name) => visit(name),
            Expr::Member(inner, _) | Expr::Minus(inner) | Expr::Matches(inner, _) => inner.visit_names(visit),
            // Inside a filter names mean members of the filtered things too, so they are not told.
            Expr::Filter(list, _) => list.visit_names(visit),
            Expr::List(items) | Expr::Call(_, items) => items.iter().for_each(|item| item.visit_names(visit)),
            Expr::Arithmetic(_, left, right)
            | Expr::Compare(_, left, right)
            | Expr::And(left, right)
            | Expr::Or(left, right) => {
                left.visit_names(visit);
                right.visit_names(visit);
            }
            Expr::If(condition, yes, no) => [condition, yes, no].into_iter().for_each(|part| part.visit_names(visit)),
            Expr::In(value, tests) => {
                value.visit_names(visit);
                tests.iter().for_each(|test| test.visit_names(visit));
            }
            Expr::Quantified(_, bound, list, condition) => {
                list.visit_names(visit);
                condition.visit_names(&mut |name| {
                    if name != bound {
                        visit(name)
                    }
                });
            }
        }
    }
}

impl Test {
    /// Calls back with every name that the test takes from its scope, also with `?`.
    pub fn visit_names(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Test::Compare(_, expr) | Test::Value(expr) | Test::Condition(expr) => expr.visit_names(visit),
            Test::Range(low, _, high, _) => {
                low.visit_names(visit);
                high.visit_names(visit);
            }
        }
    }
}
