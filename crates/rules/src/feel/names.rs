//! Which names an expression takes from its scope, and how deep it is.

use super::{Expr, Test};

impl Expr {
    /// True when the expression speaks of a name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let mut found = false;
        self.visit_names(&mut |other| found |= other == name);
        found
    }

    /// True when the body of a loop asks for what the loop made before.
    pub(super) fn mentions_partial(&self) -> bool {
        // In a filter names are not told, and so it may.
        self.mentions("partial") || self.has_filter()
    }

    /// True where a function is made, which is more than a constant.
    pub(crate) fn is_function(&self) -> bool {
        let mut found = matches!(self, Expr::Definition(_) | Expr::Invoke(..) | Expr::Outside(_) | Expr::Filter(..));
        self.visit_parts(&mut |part| found |= part.is_function());
        found
    }

    fn has_filter(&self) -> bool {
        let mut found = matches!(self, Expr::Filter(..));
        self.visit_parts(&mut |part| found |= part.has_filter());
        found
    }

    /// How many expressions stand within each other at the deepest place.
    pub(crate) fn depth(&self) -> u16 {
        let mut deepest = 0;
        self.visit_parts(&mut |part| deepest = part.depth().max(deepest));
        deepest.saturating_add(1)
    }

    /// Calls back with every expression that stands directly within this one.
    fn visit_parts(&self, visit: &mut dyn FnMut(&Expr)) {
        match self {
            Expr::Const(_) | Expr::Name(_) | Expr::Outside(_) => {}
            Expr::Member(inner, _)
            | Expr::Minus(inner)
            | Expr::Matches(inner, _)
            | Expr::InstanceOf(inner, _)
            | Expr::Typed(inner, _) => visit(inner),
            Expr::Definition(definition) => visit(&definition.body),
            Expr::List(items) | Expr::Call(_, items) => items.iter().for_each(visit),
            Expr::Filter(left, right)
            | Expr::Range(left, _, right, _)
            | Expr::Arithmetic(_, left, right)
            | Expr::Compare(_, left, right)
            | Expr::And(left, right)
            | Expr::Or(left, right)
            | Expr::Quantified(_, _, left, right) => [left, right].into_iter().for_each(|part| visit(part)),
            Expr::If(condition, yes, no) => [condition, yes, no].into_iter().for_each(|part| visit(part)),
            Expr::In(value, tests) => {
                visit(value);
                tests.iter().for_each(|test| test.visit_parts(visit));
            }
            Expr::Map(members) => members.iter().for_each(|(_, part)| visit(part)),
            Expr::For(lists, body) => {
                lists.iter().for_each(|(_, list)| visit(list));
                visit(body);
            }
            Expr::Invoke(function, arguments) => {
                visit(function);
                arguments.iter().for_each(|(_, argument)| visit(argument));
            }
        }
    }

    /// Calls back with every name that the expression takes from its scope, also with `?`.
    pub fn visit_names(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Expr::Name(name) => visit(name),
            // Inside a filter names mean members of the filtered things too, so they are not told.
            Expr::Filter(list, _) => list.visit_names(visit),
            Expr::Quantified(_, bound, list, condition) => {
                list.visit_names(visit);
                condition.visit_names(&mut hiding(&[bound.as_str()], visit));
            }
            Expr::For(lists, body) => {
                let mut bound: Vec<&str> = vec!["partial"];
                for (name, list) in lists {
                    list.visit_names(&mut hiding(&bound, visit));
                    bound.push(name);
                }
                body.visit_names(&mut hiding(&bound, visit));
            }
            Expr::Map(members) => {
                let mut bound = Vec::new();
                for (name, member) in members {
                    member.visit_names(&mut hiding(&bound, visit));
                    bound.push(name);
                }
            }
            Expr::Definition(definition) => {
                let bound: Vec<&str> = definition.parameters.iter().map(|(name, _)| name.as_str()).collect();
                definition.body.visit_names(&mut hiding(&bound, visit));
            }
            other => other.visit_parts(&mut |part| part.visit_names(visit)),
        }
    }
}

/// Passes on the names that are not bound here.
fn hiding<'v>(bound: &'v [&str], visit: &'v mut dyn FnMut(&str)) -> impl FnMut(&str) + 'v {
    move |name| {
        if !bound.contains(&name) {
            visit(name);
        }
    }
}

impl Test {
    fn visit_parts(&self, visit: &mut dyn FnMut(&Expr)) {
        match self {
            Test::Compare(_, expr) | Test::Value(expr) | Test::Condition(expr) => visit(expr),
            Test::Range(low, _, high, _) => [low, high].into_iter().for_each(visit),
        }
    }

    /// Calls back with every name that the test takes from its scope, also with `?`.
    pub fn visit_names(&self, visit: &mut dyn FnMut(&str)) {
        self.visit_parts(&mut |part| part.visit_names(visit));
    }
}
