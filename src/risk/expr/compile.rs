//! From CEL to steps: the crate reads, this checks each node of its tree and refuses what was not let in.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};

use super::{Binary, Compiled, STEPS_MAX, Step};
use crate::risk::PolicyError;
use crate::risk::custom::kind_number;
use crate::risk::feature::{Feature, Unit, country_number};
use crate::types::Country;

/// Longest expression, in bytes.
const EXPRESSION_BYTES_MAX: usize = 512;
/// Deepest nesting the crate may recurse into while it reads.
const DEPTH_MAX: u16 = 64;
/// Most brackets open at once.
const BRACKETS_MAX: usize = 12;

/// What an expression comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Truth,
    Number,
    Kind,
    Country,
}

pub(super) fn compile(source: &str) -> Result<Compiled, PolicyError> {
    gate(source)?;
    let parser = cel::parser::Parser::new().max_recursion_depth(DEPTH_MAX).error_recovery_limit(1);
    let (root, places) = parser.parse_with_source_info(source).map_err(|errors| {
        let column = errors.errors.first().map_or(1, |error| error.pos.1);
        fault(usize::try_from(column).unwrap_or(1).saturating_sub(1), "this is no CEL from here on")
    })?;
    let mut compiler = Compiler { source, places: &places, steps: Vec::new() };
    let kind = compiler.node(&root, 0)?;
    if kind != Type::Truth {
        return Err(fault(0, "the whole must be true or false: compare it with something"));
    }
    Ok(Compiled { steps: compiler.steps })
}

fn fault(before: usize, why: &'static str) -> PolicyError {
    PolicyError::Expression { character: u16::try_from(before + 1).unwrap_or(u16::MAX), why }
}

/// Keeps from the crate what no rule needs: length, depth, and every letter of lists, maps, calls on text and escapes.
fn gate(source: &str) -> Result<(), PolicyError> {
    if source.len() > EXPRESSION_BYTES_MAX {
        return Err(fault(EXPRESSION_BYTES_MAX, "at most 512 bytes; split the rule"));
    }
    let mut open = 0_usize;
    for (place, letter) in source.bytes().enumerate() {
        if !(letter.is_ascii_alphanumeric() || b" _()+-*/%<>=!&|?:\"".contains(&letter)) {
            return Err(fault(place, "only words, whole numbers, \"names\", brackets and + - * / % < > = ! & | ? :"));
        }
        open = if letter == b'(' { open + 1 } else { open - usize::from(letter == b')' && open > 0) };
        if open > BRACKETS_MAX {
            return Err(fault(place, "at most twelve brackets open at once; split the rule"));
        }
    }
    if source.trim().is_empty() { Err(fault(0, "it is empty")) } else { Ok(()) }
}

struct Compiler<'a> {
    source: &'a str,
    places: &'a SourceInfo,
    steps: Vec<Step>,
}

impl Compiler<'_> {
    fn place(&self, node: &IdedExpr) -> usize {
        let place = self.places.offset_for(node.id).map_or(0, |(start, _)| start);
        usize::try_from(place).unwrap_or(0).min(self.source.len())
    }

    fn push(&mut self, step: Step, place: usize) -> Result<(), PolicyError> {
        if self.steps.len() >= STEPS_MAX {
            return Err(fault(place, "more than 128 steps; split the rule"));
        }
        self.steps.push(step);
        Ok(())
    }

    fn node(&mut self, node: &IdedExpr, depth: u16) -> Result<Type, PolicyError> {
        let place = self.place(node);
        if depth > DEPTH_MAX * 2 {
            return Err(fault(place, "too deep; split the rule"));
        }
        match &node.expr {
            Expr::Literal(LiteralValue::Boolean(truth)) => {
                self.push(Step::Number(i64::from(*truth.inner())), place).map(|()| Type::Truth)
            }
            Expr::Literal(LiteralValue::Int(number)) => {
                self.push(Step::Number(*number.inner()), place).map(|()| Type::Number)
            }
            Expr::Literal(LiteralValue::String(text)) => self.name(text.inner(), place),
            Expr::Ident(word) => {
                let (feature, window_ms) = Feature::parse(word)
                    .filter(|(feature, window_ms)| !feature.has_window() || *window_ms > 0)
                    .ok_or(fault(place, "unknown word; one that looks back carries its window, as in count_out_1h"))?;
                self.push(Step::Word(feature, window_ms), place)?;
                Ok(match feature.unit() {
                    Unit::Flag => Type::Truth,
                    Unit::Kind => Type::Kind,
                    Unit::Country => Type::Country,
                    _ => Type::Number,
                })
            }
            Expr::Call(call) => self.call(call, place, depth),
            _ => Err(fault(place, "lists, maps, fields, macros and comprehensions are not let in")),
        }
    }

    /// Text stands only for a kind or a country.
    fn name(&mut self, text: &str, place: usize) -> Result<Type, PolicyError> {
        let (number, kind) = match (kind_number(text), Country::parse(text)) {
            (Some(number), _) => (number, Type::Kind),
            (None, Some(country)) => (country_number(Some(country)), Type::Country),
            (None, None) => return Err(fault(place, "neither a kind of payment nor a country in two capital letters")),
        };
        self.push(Step::Number(number), place).map(|()| kind)
    }

    fn call(&mut self, call: &CallExpr, place: usize, depth: u16) -> Result<Type, PolicyError> {
        if call.target.is_some() {
            return Err(fault(place, "calls are not let in"));
        }
        let mut kinds = [None; 3];
        if call.args.len() > kinds.len() {
            return Err(fault(place, "calls are not let in"));
        }
        for (kind, argument) in kinds.iter_mut().zip(&call.args) {
            *kind = Some(self.node(argument, depth + 1)?);
        }
        let wrong = fault(place, "numbers are computed and ordered, truth is joined, only like compares with like");
        let (step, kind) = match (call.func_name.as_str(), kinds) {
            (operators::LOGICAL_NOT, [Some(Type::Truth), None, None]) => (Step::Not, Type::Truth),
            (operators::NEGATE, [Some(Type::Number), None, None]) => (Step::Negate, Type::Number),
            (operators::CONDITIONAL, [Some(Type::Truth), Some(then), Some(otherwise)]) if then == otherwise => {
                (Step::Choose, then)
            }
            (name, [Some(left), Some(right), None]) => {
                let binary = binary(name).ok_or(fault(place, "calls are not let in"))?;
                (Step::Binary(binary), typed(binary, left, right).ok_or(wrong)?)
            }
            (operators::LOGICAL_NOT | operators::NEGATE | operators::CONDITIONAL, _) => return Err(wrong),
            _ => return Err(fault(place, "calls are not let in")),
        };
        self.push(step, place).map(|()| kind)
    }
}

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        operators::ADD => Binary::Add,
        operators::SUBSTRACT => Binary::Subtract,
        operators::MULTIPLY => Binary::Multiply,
        operators::DIVIDE => Binary::Divide,
        operators::MODULO => Binary::Remainder,
        operators::GREATER => Binary::Above,
        operators::GREATER_EQUALS => Binary::AtLeast,
        operators::LESS => Binary::Below,
        operators::LESS_EQUALS => Binary::AtMost,
        operators::EQUALS => Binary::Equal,
        operators::NOT_EQUALS => Binary::NotEqual,
        operators::LOGICAL_AND => Binary::And,
        operators::LOGICAL_OR => Binary::Or,
        _ => return None,
    })
}

/// The type of the result, if the two sides fit.
fn typed(binary: Binary, left: Type, right: Type) -> Option<Type> {
    let numbers = left == Type::Number && right == Type::Number;
    match binary {
        Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
            numbers.then_some(Type::Number)
        }
        Binary::Above | Binary::AtLeast | Binary::Below | Binary::AtMost => numbers.then_some(Type::Truth),
        Binary::Equal | Binary::NotEqual => (left == right).then_some(Type::Truth),
        Binary::And | Binary::Or => (left == Type::Truth && right == Type::Truth).then_some(Type::Truth),
    }
}
