//! From a model to a program: every name resolved, every expression read.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    model::{self, Boxed, Entry, Knowledge, Model},
    order::order,
    program::{Logic, Node, Program, Service},
    resolve, run,
};
use crate::{
    Finding, HitPolicy, Table, TableSource, Value,
    feel::{self, Definition, Expr, Outside, SyntaxError, Type, Types, Vocabulary},
};

impl Program {
    /// Understands a model whose imports are understood.
    pub(super) fn of(model: &Model, imports: BTreeMap<String, Arc<Program>>, findings: &mut Vec<Finding>) -> Self {
        let mut imported = Types::new();
        for (alias, program) in &imports {
            let qualified = |name: &String| if alias.is_empty() { name.clone() } else { format!("{alias}.{name}") };
            imported.extend(program.types.iter().map(|(name, kind)| (qualified(name), kind.clone())));
        }
        let types = resolve::types(model, &imported, findings);
        let mut compiler =
            Compiler { model, imports: &imports, types: &types, names: Vec::new(), tables: Vec::new(), findings };
        compiler.check_names();
        let nodes = compiler.nodes();
        let data = model.data.iter().map(|data| (data.name.clone(), compiler.kind(&data.kind, &data.name, data.line)));
        let data = data.collect();
        let mut service = |service: &model::Service| Service {
            kind: compiler.kind(&service.kind, &service.name, service.line),
            gives: service.gives.clone(),
            takes: service.takes.clone(),
        };
        let services = model.services.iter().map(|of| (of.name.clone(), service(of))).collect();
        let tables = compiler.tables;
        let order = order(model, &nodes, findings);
        let hash = crate::table::hash(&model.to_text());
        Program { name: model.name.clone(), hash, data, nodes, services, imports, order, tables, types }
    }
}

struct Compiler<'m> {
    model: &'m Model,
    imports: &'m BTreeMap<String, Arc<Program>>,
    types: &'m Types,
    /// Names that the expression may use.
    names: Vec<String>,
    tables: Vec<(String, Arc<Table>)>,
    findings: &'m mut Vec<Finding>,
}

impl Compiler<'_> {
    fn nodes(&mut self) -> BTreeMap<String, Node> {
        let mut nodes = BTreeMap::new();
        let model = self.model;
        for knowledge in &model.knowledge {
            self.know(&knowledge.requires, knowledge.line, &knowledge.name);
            let definition = self.knowledge(knowledge);
            let node = Node { requires: knowledge.requires.clone(), logic: Logic::Knowledge(Arc::new(definition)) };
            nodes.insert(knowledge.name.clone(), node);
        }
        for decision in &model.decisions {
            let place = (decision.name.as_str(), decision.line);
            self.know(&decision.requires, decision.line, &decision.name);
            let kind = self.kind(&decision.kind, &decision.name, decision.line);
            let logic = match &decision.logic {
                Some(Boxed::Table(source)) => typed(self.table(source, &kind, place), kind),
                Some(logic) => typed(self.logic(logic, place), kind),
                None => Expr::Const(Value::Null),
            };
            let node = Node { requires: decision.requires.clone(), logic: Logic::Decision(logic) };
            nodes.insert(decision.name.clone(), node);
        }
        nodes
    }

    fn knowledge(&mut self, knowledge: &Knowledge) -> Definition {
        let place = (knowledge.name.as_str(), knowledge.line);
        let parameters = self.parameters(&knowledge.parameters, place);
        let result = match self.kind(&knowledge.kind, &knowledge.name, knowledge.line) {
            // The variable of knowledge may be said to be a function; what counts here is what it gives.
            Type::Function(_, result) => *result,
            result => result,
        };
        let body = match &knowledge.logic {
            Some(Boxed::Table(source)) => self.table(source, &result, place),
            Some(logic) => self.logic(logic, place),
            None => Expr::Const(Value::Null),
        };
        Definition { parameters, body, result }
    }

    fn parameters(&mut self, parameters: &[(String, String)], place: (&str, usize)) -> Vec<(String, Type)> {
        self.names.extend(parameters.iter().map(|(name, _)| name.clone()));
        parameters.iter().map(|(name, kind)| (name.clone(), self.kind(kind, place.0, place.1))).collect()
    }

    /// The names that an element may use: what it requires, and members of types.
    fn know(&mut self, requires: &[String], line: usize, element: &str) {
        self.names.clear();
        for name in requires {
            if !self.knows(name) {
                let (zh, en) = (format!("没有“{name}”"), format!("there is no “{name}”"));
                self.findings.push(Finding::error(line, "PQ-RULES-REFERENCE", zh, en).of(element));
            }
            match self.imported(name).filter(|_| !self.has_own(name)) {
                Some((alias, _, rest)) => self.names.extend([alias, rest].map(str::to_owned)),
                None => self.names.push(name.clone()),
            }
        }
        for kind in self.types.values() {
            members(kind, &mut self.names);
        }
        self.names.sort();
        self.names.dedup();
    }

    fn knows(&self, name: &str) -> bool {
        self.has_own(name) || self.imported(name).is_some_and(|(_, program, rest)| program.has(rest))
    }

    fn has_own(&self, name: &str) -> bool {
        let model = self.model;
        model.data.iter().any(|data| data.name == name)
            || model.decisions.iter().any(|decision| decision.name == name)
            || model.knowledge.iter().any(|knowledge| knowledge.name == name)
            || model.services.iter().any(|service| service.name == name)
    }

    fn imported<'n>(&self, name: &'n str) -> Option<(&'n str, &Arc<Program>, &'n str)> {
        run::imported(self.imports, name)
    }

    fn kind(&mut self, name: &str, element: &str, line: usize) -> Type {
        let name = resolve::plain(name);
        if name.is_empty() {
            return Type::Any;
        }
        if let Some(kind) = self.types.get(name) {
            return kind.clone();
        }
        let vocabulary = Vocabulary { types: Some(self.types), strict: true, ..Default::default() };
        vocabulary.type_name(name).unwrap_or_else(|_| {
            // What was defined but is wrong has been told already.
            if !self.model.types.iter().any(|definition| definition.name == name) {
                let (zh, en) = (format!("没有类型“{name}”"), format!("there is no type “{name}”"));
                self.findings.push(Finding::error(line, "PQ-RULES-TYPE", zh, en).of(element));
            }
            Type::Any
        })
    }

    fn read<T>(
        &mut self,
        place: (&str, usize),
        read: impl FnOnce(&Vocabulary<'_>) -> Result<T, SyntaxError>,
    ) -> Option<T> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let vocabulary = Vocabulary { names: &names, types: Some(self.types), strict: true };
        match read(&vocabulary) {
            Ok(read) => Some(read),
            Err(error) => {
                let at = error.at + 1;
                let (zh, en) = (format!("{}（第 {at} 字节）", error.zh), format!("{} (byte {at})", error.en));
                self.findings.push(Finding::error(place.1, "PQ-RULES-CELL", zh, en).of(place.0));
                None
            }
        }
    }

    fn formula(&mut self, text: &str, place: (&str, usize)) -> Expr {
        self.read(place, |vocabulary| vocabulary.expression(text)).unwrap_or(Expr::Const(Value::Null))
    }

    /// What cannot be understood is null.
    fn logic(&mut self, logic: &Boxed, place: (&str, usize)) -> Expr {
        match logic {
            Boxed::Formula(text) => self.formula(text, place),
            Boxed::Table(source) => self.table(source, &Type::Any, place),
            Boxed::Context(entries) => self.context(entries, place),
            Boxed::Invocation { function, arguments } => self.invocation(function, arguments, place),
            Boxed::List(items) => Expr::List(items.iter().map(|item| self.logic(item, place)).collect()),
            Boxed::Relation { columns, rows } => self.relation(columns, rows, place),
            Boxed::Function { parameters, body } => {
                let known = self.names.clone();
                let parameters = self.parameters(parameters, place);
                let body = self.logic(body, place);
                self.names = known;
                Expr::Definition(Arc::new(Definition { parameters, body, result: Type::Any }))
            }
            Boxed::Conditional(parts) => {
                let [condition, yes, no] = parts.each_ref().map(|part| Box::new(self.logic(part, place)));
                Expr::If(condition, yes, no)
            }
            Boxed::Filter { list, matches } => {
                Expr::Filter(self.logic(list, place).into(), self.logic(matches, place).into())
            }
            Boxed::Iterator { word, name, list, body } => {
                let list = self.logic(list, place);
                let known = self.names.clone();
                self.names.push(name.clone());
                let body = Box::new(self.logic(body, place));
                self.names = known;
                match *word {
                    "for" => Expr::For(vec![(name.clone(), list)], body),
                    word => Expr::Quantified(word == "every", name.clone(), list.into(), body),
                }
            }
            Boxed::Typed { kind, logic } => {
                let kind = self.kind(kind, place.0, place.1);
                typed(self.logic(logic, place), kind)
            }
        }
    }

    fn context(&mut self, entries: &[Entry], place: (&str, usize)) -> Expr {
        let known = self.names.clone();
        let mut members = Vec::new();
        for entry in entries {
            let kind = self.kind(&entry.kind, place.0, place.1);
            members.push((entry.name.clone(), typed(self.logic(&entry.logic, place), kind)));
            self.names.push(entry.name.clone());
        }
        self.names = known;
        match members.last() {
            Some((name, _)) if name.is_empty() => Expr::Member(Expr::Map(members).into(), String::new()),
            _ => Expr::Map(members),
        }
    }

    fn invocation(&mut self, function: &Boxed, arguments: &[Entry], place: (&str, usize)) -> Expr {
        let given: Vec<_> = arguments
            .iter()
            .map(|argument| {
                let kind = self.kind(&argument.kind, place.0, place.1);
                (Some(argument.name.clone()), typed(self.logic(&argument.logic, place), kind))
            })
            .collect();
        match function {
            Boxed::Formula(name)
                if !self.names.iter().any(|known| known == name.trim()) && feel::knows(name.trim()) =>
            {
                let call = |_: &Vocabulary<'_>| {
                    feel::call(name.trim(), given, true).map_err(|(zh, en)| SyntaxError { at: 0, zh, en })
                };
                self.read(place, call).unwrap_or(Expr::Const(Value::Null))
            }
            function => Expr::Invoke(self.logic(function, place).into(), given),
        }
    }

    fn relation(&mut self, columns: &[(String, String)], rows: &[Vec<Boxed>], place: (&str, usize)) -> Expr {
        let kinds: Vec<Type> = columns.iter().map(|(_, kind)| self.kind(kind, place.0, place.1)).collect();
        let rows = rows.iter().map(|row| {
            let cells = columns.iter().zip(&kinds).zip(row);
            let cells =
                cells.map(|(((name, _), kind), cell)| (name.clone(), typed(self.logic(cell, place), kind.clone())));
            Expr::Map(cells.collect())
        });
        Expr::List(rows.collect())
    }

    fn table(&mut self, source: &TableSource, result: &Type, place: (&str, usize)) -> Expr {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut types = self.types.clone();
        let completed = complete(source, result, &mut types);
        let vocabulary = Vocabulary { names: &names, types: Some(&types), strict: true };
        let (table, findings) = Table::compile_in(completed.as_ref().unwrap_or(source), &vocabulary);
        let table = table.map(|mut table| {
            (table.hash, table.source) = (crate::table::hash(&source.to_text()), source.clone());
            table
        });
        self.findings.extend(findings.into_iter().map(|mut finding| {
            finding.line = if finding.line == 0 { place.1 } else { finding.line };
            finding.of(place.0)
        }));
        let Some(table) = table.map(Arc::new) else { return Expr::Const(Value::Null) };
        self.tables.push((place.0.to_owned(), table.clone()));
        Expr::Outside(Outside(Arc::new(move |scope| run::table(&table, scope))))
    }

    /// Two elements of one name would hide each other.
    fn check_names(&mut self) {
        let model = self.model;
        let named = (model.data.iter().map(|of| (&of.name, of.line)))
            .chain(model.decisions.iter().map(|of| (&of.name, of.line)))
            .chain(model.knowledge.iter().map(|of| (&of.name, of.line)))
            .chain(model.services.iter().map(|of| (&of.name, of.line)));
        let mut seen = BTreeSet::new();
        for (name, line) in named {
            if !seen.insert(name) {
                let (zh, en) = (format!("“{name}”有两个"), format!("two elements are called “{name}”"));
                self.findings.push(Finding::error(line, "PQ-RULES-NAME", zh, en).of(name));
            }
        }
    }
}

/// Outputs that say no type have that of the decision, of its items, or of its member; `None` where there is nothing to
/// add.
fn complete(source: &TableSource, result: &Type, types: &mut Types) -> Option<TableSource> {
    let several = matches!(source.hit, HitPolicy::Collect | HitPolicy::RuleOrder | HitPolicy::OutputOrder);
    let item = if several { result.item()? } else { result.clone() };
    let mut completed = source.clone();
    let only = source.outputs.len() == 1;
    for (nth, output) in completed.outputs.iter_mut().enumerate().filter(|(_, output)| output.kind.is_empty()) {
        let kind = if only { Some(item.clone()) } else { item.member(&output.name) };
        if let Some(kind) = kind {
            // No name of a type begins so.
            output.kind = format!("_output_{nth}");
            types.insert(output.kind.clone(), kind);
        }
    }
    Some(completed)
}

fn typed(expr: Expr, kind: Type) -> Expr {
    if matches!(kind, Type::Any) { expr } else { Expr::Typed(expr.into(), Arc::new(kind)) }
}

/// The names of members that no plain word is.
fn members(kind: &Type, names: &mut Vec<String>) {
    match kind {
        Type::Map(map) => {
            for (name, kind) in map {
                // Plain words are read as names anyway, and must not hide functions that are called like them.
                if !name.chars().all(|sign| sign.is_alphanumeric() || sign == '_') {
                    names.push(name.clone());
                }
                members(kind, names);
            }
        }
        Type::List(of) | Type::Range(of) | Type::Allowed(of, _) => members(of, names),
        _ => {}
    }
}
